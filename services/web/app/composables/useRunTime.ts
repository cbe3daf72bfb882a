import type { Run, RunTime, WorkflowStatistics } from '#shared/api';

const POLL_MS = 5000;

/** Where a run's time went so far, and how long its steps usually take. */
export function useRunTime(run: () => Run | null, isOver: () => boolean) {
  const time = useRequest<RunTime>(() => {
    const current = run();
    return current && { path: `/runs/${current.id}/time` };
  });
  const usual = useRequest<WorkflowStatistics>(() => {
    const current = run();
    return current && { path: `/workflows/${current.workflow.name}/statistics` };
  });
  /** An answer from before the end may arrive after it. */
  const isFinal = (): boolean => isOver() && time.data.value?.isOver === true;
  usePolling(time.refresh, () => (isFinal() ? null : POLL_MS));
  watch([() => run()?.status, () => time.data.value], ([status, answer], [before, last]) => {
    const isLate = isOver() && answer !== last && answer?.isOver === false;
    if (isLate || (answer && before !== undefined && status !== before)) void time.refresh();
  });

  const criticalSteps = computed<ReadonlySet<string>>(
    () => new Set(time.data.value?.path.map(({ step }) => step)),
  );
  /** By step id. The figures of a map are of the map itself, not of its items. */
  const usualMs = computed<ReadonlyMap<string, Usual>>(() => {
    const { steps = [], runs = 0 } = usual.data.value ?? {};
    return new Map(
      steps
        .filter(({ ofItems }) => !ofItems)
        .flatMap(({ step, executionMs: { p50, p95 } }) =>
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
