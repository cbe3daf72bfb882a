import type { WorkflowSummary, RunSummary } from '../../shared/api.ts';

/** With fewer finished runs, the P95 is about the slowest run, so a comparison says nothing. */
const LEAST_RUNS = 10;

/** Whether a run takes longer than its workflow's P95. A person or the clock decides how long a waiting run takes. */
export function isSlow(
  ms: number | null,
  p95Ms: number | null,
  status: RunSummary['status'],
): boolean {
  return (
    ms !== null && p95Ms !== null && status !== 'waiting' && Math.round(ms) > Math.round(p95Ms)
  );
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
