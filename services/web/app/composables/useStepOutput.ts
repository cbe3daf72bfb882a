import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import type { Page, Run, Step } from '#shared/api';
import { callApi } from '~/api/call-api';
import { isFinished } from '~/status/finished';
import type { StepSelection } from './useStepSelection';

const PAGE_LENGTH = '200';

/**
 * The output of the selected step, which the run's own request leaves out, fetched when the step
 * is finished. `undefined` = not there yet; the API leaves out what is too large to send along.
 */
export function useStepOutput(
  runId: () => string,
  selection: () => StepSelection | null,
  step: () => Step | null,
): ComputedRef<unknown> {
  const output = shallowRef<unknown>(undefined);
  let latest = 0;

  const wanted = computed(() => {
    const [chosen, current] = [selection(), step()];
    const isThere = chosen !== null && (current === null || isFinished(current.status));
    return isThere ? JSON.stringify([runId(), chosen, current?.finishedAt]) : null;
  });
  watch(
    wanted,
    async () => {
      const mine = ++latest;
      const chosen = selection();
      output.value = undefined;
      if (wanted.value === null || chosen === null) return;
      const found = await fetchStep(runId(), chosen).catch(() => null);
      if (mine === latest) output.value = found?.output;
    },
    { immediate: true },
  );
  return computed(() => output.value);
}

async function fetchStep(
  runId: string,
  { stepId, iteration }: StepSelection,
): Promise<Step | null> {
  if (iteration === null) {
    const run = await callApi<Run>(`/runs/${runId}`);
    return run.steps.find((step) => step.id === stepId) ?? null;
  }
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { limit: PAGE_LENGTH, ...(cursor ? { cursor } : {}) };
    const page: Page<Step> = await callApi(`/runs/${runId}/steps/${stepId}/items`, { query });
    const found = page.items.find((item) => item.iteration === iteration);
    if (found) return found;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return null;
}
