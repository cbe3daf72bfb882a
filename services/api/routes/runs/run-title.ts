import { logEvent } from '@aio/runtime/log-event';
import type { TitleOfRun } from '@aio/platform/queries/runs/retry-run';
import type { VersionFacts } from '../../versions.ts';
import type { RouteDeps } from '../route-deps.ts';

/** Titles of runs of a version; null = they have none. A title that cannot be evaluated leaves a line in the log. */
export function titlesOf(
  { log }: Pick<RouteDeps, 'log'>,
  { titleOf }: VersionFacts,
  workflow: string,
): TitleOfRun | null {
  if (titleOf === null) return null;
  return (input, runId) => {
    const { text, failure } = titleOf(input, runId);
    if (failure) logEvent(log, 'runUntitled', { run_id: runId, workflow, error: failure });
    return text;
  };
}
