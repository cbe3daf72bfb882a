import { computed, ref, watch } from 'vue';
import type { Run, RunEvent, RunTime, StepText, WorkflowStatistics } from '#shared/api';
import { applyEvent, newerRun, RUN_EVENT_TYPES } from '~/run/apply-event';
import { addPiece, endTexts } from '~/run/live-texts';
import { LONG_WAITS } from '~/run/time-sentence';
import { isFinished } from '~/status/status';
import { hasDayOfHistory } from '~/workflows/days';

const POLL_WITHOUT_STREAM_MS = 2000;
const POLL_BESIDE_STREAM_MS = 15_000;
/** Large runs take longer to fetch and draw, so a run of 1,000 steps is fetched at most every 3 s. */
const REFETCH_AFTER_MS = 250;
const REFETCH_PER_STEP_MS = 3;

/**
 * A run, followed until it is finished. Events change it at once; soon after, a fetch brings
 * what events don't carry. `onChange` is called after each fetch. Provides the texts that models are writing.
 */
export function useRun(id: () => string, onChange: () => void) {
  const isBehind = ref(false);
  const texts = provideLiveTexts();
  watch(id, () => texts.clear());
  const request = useRequest<Run>(
    () => ({ path: `/runs/${id()}`, query: { outputs: 'false' } }),
    (answer, shown) => {
      const newer = newerRun(answer, shown);
      isBehind.value = newer !== answer;
      return newer;
    },
  );
  const run = request.data;
  const isOver = computed(() => run.value !== null && isFinished(run.value.status));

  async function refresh(): Promise<void> {
    await request.refresh();
    onChange();
  }

  const refreshSoon = useRefreshSoon(refresh, () =>
    Math.max(REFETCH_AFTER_MS, (run.value?.steps.length ?? 0) * REFETCH_PER_STEP_MS),
  );

  const stream = useEventStream({
    url: () =>
      run.value === null || isOver.value
        ? null
        : `/api/v1/runs/${run.value.id}/events?texts=true&lastEventId=${run.value.eventSeq}`,
    types: [...RUN_EVENT_TYPES, 'step.text'],
    onEvents: (arrived) => {
      if (!run.value) return;
      const events: RunEvent[] = [];
      for (const text of arrived) {
        const event = JSON.parse(text) as RunEvent | StepText;
        if ('offset' in event) addPiece(texts, event);
        else {
          endTexts(texts, event);
          events.push(event);
        }
      }
      if (events.length === 0) return;
      run.value = events.reduce(applyEvent, run.value);
      refreshSoon();
    },
  });

  usePolling(refresh, () => {
    if (isOver.value && !isBehind.value) return null;
    return stream.isOpen.value ? POLL_BESIDE_STREAM_MS : POLL_WITHOUT_STREAM_MS;
  });
  return { run, problem: request.problem, isLive: stream.isOpen, isOver, refresh };
}

const POLL_MS = 5000;
/** While something else than a long wait goes on, the page shows only what the API has answered. */
const POLL_PASSING_MS = 1000;
/** With fewer other runs, a step is compared with little more than itself. */
const LEAST_OTHERS = 5;

/** Where a run's time went so far, and how long its steps usually take. */
export function useRunTime(run: () => Run | null, isOver: () => boolean) {
  const time = useRequest<RunTime>(() => {
    const current = run();
    return current && { path: `/runs/${current.id}/time` };
  });
  const usual = useRequest<WorkflowStatistics>(() => {
    const workflow = run()?.workflow;
    return workflow ? { path: `/workflows/${workflow.name}/statistics` } : null;
  });
  /** An answer from before the end may arrive after it. */
  const isFinal = (): boolean => isOver() && time.data.value?.isOver === true;
  const isPassing = (): boolean => !LONG_WAITS.has(time.data.value?.last ?? 'queue');
  usePolling(time.refresh, () => {
    if (isFinal()) return null;
    return isPassing() ? POLL_PASSING_MS : POLL_MS;
  });
  watch([() => run()?.status, () => time.data.value], ([status, answer], [before, last]) => {
    const isLate = isOver() && answer !== last && answer?.isOver === false;
    if (isLate || (answer && before !== undefined && status !== before)) void time.refresh();
  });

  const criticalSteps = computed<ReadonlySet<string>>(
    () => new Set(time.data.value?.path.map(({ step }) => step)),
  );
  /** By step id. The figures of a map are of the map itself, not of its items. */
  const usualMs = computed<ReadonlyMap<string, Usual>>(() => {
    const { steps = [], runsPerDay = [] } = usual.data.value ?? {};
    if (!hasDayOfHistory(runsPerDay)) return new Map();
    const others = (executions: number): number => executions - Number(isOver());
    return new Map(
      steps
        .filter(({ ofItems, executions }) => !ofItems && others(executions) >= LEAST_OTHERS)
        .flatMap(({ step, executions: runs, executionMs: { p50, p95 } }) =>
          p50 === null || p95 === null ? [] : [[step, { p50, p95, runs }] as const],
        ),
    );
  });
  return { time: time.data, criticalSteps, usualMs };
}

/** How long a step executed in the last runs of its workflow, in ms. */
export interface Usual {
  p50: number;
  p95: number;
  /** The number of runs behind the figures. */
  runs: number;
}
