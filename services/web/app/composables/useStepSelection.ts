import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import { RUN_TABS, type RunTab, tabOf } from '~/address/tabs';
import type { Attempts, Page, Run, Step } from '#shared/api';
import { callApi } from '~/api/call-api';
import { isFinished } from '~/status/status';
import { lacksAttempts, withAttempts } from '~/waterfall/segments';
import { useRequest } from './useRequest';

export interface StepSelection {
  stepId: string;
  iteration: number | null; // of a map item
}

/** The selected step, kept in the page's address as `?step=` and `&item=`. */
export function useStepSelection() {
  const route = useRoute();
  const router = useRouter();

  const selection = computed<StepSelection | null>(() => {
    const { step, item } = route.query;
    if (typeof step !== 'string' || step === '') return null;
    const iteration = typeof item === 'string' && /^\d+$/.test(item) ? Number(item) : null;
    return { stepId: step, iteration };
  });

  /**
   * Replaces the address, so that going back leaves the run.
   * @param tab the view to show it in; the current one by default
   */
  function select(next: StepSelection | null, tab?: RunTab): void {
    const { step: _step, item: _item, tab: _tab, ...query } = route.query;
    const view = tab ?? tabOf(RUN_TABS, route.query['tab']);
    if (view !== 'timeline') query['tab'] = view;
    if (next) query['step'] = next.stepId;
    if (next && next.iteration !== null) query['item'] = String(next.iteration);
    void router.replace({ query });
  }
  return { selection, select };
}

const MAX_LIMIT = 200;

/**
 * The selected step's output, fetched when the step is finished, because the run's request omits
 * outputs. `undefined` = not there yet.
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
      const found = await fetchOutput(runId(), chosen).catch(() => undefined);
      if (mine === latest) output.value = found;
    },
    { immediate: true },
  );
  return computed(() => output.value);
}

/** Answers with many steps leave out a long output, which its own path has. */
async function fetchOutput(runId: string, selection: StepSelection): Promise<unknown> {
  const step = await fetchStep(runId, selection);
  const isLeftOut =
    step?.status === 'succeeded' && step.output === undefined && step.itemKind === undefined;
  if (!isLeftOut) return step?.output;
  const { stepId, iteration } = selection;
  const path = `/runs/${runId}/steps/${stepId}/output`;
  return callApi(path, iteration === null ? {} : { query: { iteration: String(iteration) } });
}

async function fetchStep(
  runId: string,
  { stepId, iteration }: StepSelection,
): Promise<Step | undefined> {
  if (iteration !== null) return fetchItem(`/runs/${runId}/steps/${stepId}/items`, iteration);
  const run = await callApi<Run>(`/runs/${runId}`);
  return run.steps.find((step) => step.id === stepId);
}

/** The API pages items in order, so this skips the earlier ones, without their outputs. */
async function fetchItem(path: string, iteration: number): Promise<Step | undefined> {
  const position: Record<string, string> = {};
  for (let left = iteration; left > 0; left -= MAX_LIMIT) {
    const query = { ...position, limit: String(Math.min(MAX_LIMIT, left)), outputs: 'false' };
    const { nextCursor } = await callApi<Page<Step>>(path, { query });
    if (nextCursor === null) return undefined;
    position['cursor'] = nextCursor;
  }
  const { items } = await callApi<Page<Step>>(path, { query: { ...position, limit: '1' } });
  return items.find((item) => item.iteration === iteration);
}

/** A step with all its attempts: a fetch adds those that the run's answer leaves out. */
export function useWholeStep(runId: () => string, step: () => Step): ComputedRef<Step> {
  const { data, refresh } = useRequest<Attempts>(() => {
    const { id, iteration } = step();
    if (!lacksAttempts(step())) return null;
    const path = `/runs/${runId()}/steps/${id}/attempts`;
    return iteration === null ? { path } : { path, query: { iteration: String(iteration) } };
  });
  watch(
    () => step().attempts[0]?.number,
    () => void refresh(),
  );
  return computed(() => withAttempts(step(), data.value?.attempts ?? []));
}
