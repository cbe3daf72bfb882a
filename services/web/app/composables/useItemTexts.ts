import { inject, type InjectionKey, provide, shallowRef, watch } from 'vue';
import type { StepInput } from '#shared/api';
import { callApi } from '~/api/call-api';
import { ApiProblem } from '~/api/problem';

/** What an item of a map is about; null = not known. */
export type ItemText = (mapId: string, iteration: number) => string | null;

const KEY: InjectionKey<ItemText> = Symbol('item texts');

/**
 * Fetches short texts of the items of a run's maps, once for each map, and gives them to the components of the page.
 * @param maps ids of the maps whose items a person may see
 */
export function provideItemTexts(runId: () => string, maps: () => readonly string[]): void {
  const texts = shallowRef<ReadonlyMap<string, readonly (string | null)[]>>(new Map());
  const asked = new Set<string>();

  async function fetchTexts(id: string, map: string): Promise<void> {
    try {
      const path = `/runs/${id}/steps/${map}/input`;
      const { input } = await callApi<StepInput>(path, { query: { brief: 'true' } });
      if (id === runId() && Array.isArray(input))
        texts.value = new Map([...texts.value, [map, input]]);
    } catch (error) {
      // Without it, items have only their index.
      if (!(error instanceof ApiProblem)) throw error;
    }
  }

  watch(runId, () => {
    texts.value = new Map();
    asked.clear();
  });
  watch(
    () => maps().join(' '),
    () => {
      for (const map of maps()) {
        if (asked.has(map)) continue;
        asked.add(map);
        void fetchTexts(runId(), map);
      }
    },
    { immediate: true },
  );
  provide(KEY, (map, iteration) => texts.value.get(map)?.[iteration] ?? null);
}

/** The texts of the page's run. */
export function useItemText(): ItemText {
  return inject(KEY, () => null);
}
