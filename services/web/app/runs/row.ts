import type { WorkflowSummary, RunSummary } from '../../shared/api.ts';

/** A full bar is this many times the P95. */
const LONGEST = 2;
/** With fewer finished runs, the P95 is about the slowest run, so a comparison says nothing. */
const LEAST_RUNS = 10;

/** A duration compared with its workflow's P95, both in ms: 100 % of the bar is twice the P95. */
export function againstP95(ms: number, p95Ms: number): { percent: number; isSlower: boolean } {
  const ratio = p95Ms > 0 ? ms / p95Ms : LONGEST;
  return {
    percent: (Math.min(ratio, LONGEST) / LONGEST) * 100,
    isSlower: Math.round(ms) > Math.round(p95Ms),
  };
}

type Measured = Pick<WorkflowSummary, 'name' | 'succeeded' | 'failed' | 'p95DurationMs'>;

/**
 * P95 of the last runs' duration in ms, by workflow. It omits workflows with fewer than ten
 * finished runs.
 */
export function p95ByWorkflow(workflows: readonly Measured[]): Map<string, number> {
  return new Map(
    workflows.flatMap(({ name, succeeded, failed, p95DurationMs }) =>
      p95DurationMs === null || succeeded + failed < LEAST_RUNS
        ? []
        : [[name, p95DurationMs] as const],
    ),
  );
}

const ICONS = {
  bearer: 'i-lucide-bot',
  session: 'i-lucide-user-round',
  workflow: 'i-lucide-workflow',
} as const;
/** Keycloak's prefix for the account of a client. */
const SERVICE_ACCOUNT = /^service-account-/;

/** The starter's name without prefix or mail domain, for a narrow column, and an icon for its kind. */
export function starterOf({ who, via }: RunSummary['startedBy']): {
  name: string;
  icon: string | null;
} {
  const icon = via === null ? null : ICONS[via];
  const name = who.replace(SERVICE_ACCOUNT, '').replace(/(?<=.)@.*$/, '');
  return { name: name || who, icon };
}
