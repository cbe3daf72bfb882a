import type { WorkflowSummary } from '../../shared/api.ts';

/** Bars end at so many times the P95. */
const LONGEST = 2;
/** Of fewer finished runs, the slowest is the P95 or close to it: a comparison says nothing. */
const LEAST_RUNS = 10;

/** How a duration looks next to the P95 of its workflow, both in ms: 100 % of the bar is twice the P95. */
export function againstP95(ms: number, p95Ms: number): { percent: number; isSlower: boolean } {
  const ratio = p95Ms > 0 ? ms / p95Ms : LONGEST;
  return {
    percent: (Math.min(ratio, LONGEST) / LONGEST) * 100,
    isSlower: Math.round(ms) > Math.round(p95Ms),
  };
}

type Measured = Pick<WorkflowSummary, 'name' | 'succeeded' | 'failed' | 'p95DurationMs'>;

/** P95 of the duration of the last runs in ms, by workflow; those with fewer than ten finished runs have none. */
export function p95ByWorkflow(workflows: readonly Measured[]): Map<string, number> {
  return new Map(
    workflows.flatMap(({ name, succeeded, failed, p95DurationMs }) =>
      p95DurationMs === null || succeeded + failed < LEAST_RUNS
        ? []
        : [[name, p95DurationMs] as const],
    ),
  );
}
