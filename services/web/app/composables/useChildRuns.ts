import { computed, shallowRef } from 'vue';
import type { Run } from '#shared/api';
import { callApi } from '~/api/call-api';
import { ApiProblem } from '~/api/problem';
import { isFinished } from '~/status/finished';
import type { ChildRun } from '~/waterfall/rows';

const POLL_MS = 2000;

/**
 * The child runs that are open in the timeline, by id. They are fetched when opened, and polled
 * until they end.
 */
export function useChildRuns() {
  const opened = shallowRef<ReadonlyMap<string, ChildRun>>(new Map());
  const unfinished = computed(() =>
    [...opened.value]
      .filter(([, { run, isGone }]) => !isGone && !(run && isFinished(run.status)))
      .map(([id]) => id),
  );

  function set(id: string, child: ChildRun | null): void {
    const next = new Map(opened.value);
    if (child) next.set(id, child);
    else next.delete(id);
    opened.value = next;
  }

  async function load(id: string): Promise<void> {
    try {
      const run = await callApi<Run>(`/runs/${id}`, { query: { outputs: 'false' } });
      if (opened.value.has(id)) set(id, { run, isGone: false });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (!error.isAway && opened.value.has(id)) set(id, { run: null, isGone: true });
    }
  }

  function open(id: string): void {
    set(id, { run: null, isGone: false });
    void load(id);
  }

  usePolling(
    async () => void (await Promise.all(unfinished.value.map(load))),
    () => (unfinished.value.length > 0 ? POLL_MS : null),
  );
  return { opened, open, close: (id: string) => set(id, null) };
}
