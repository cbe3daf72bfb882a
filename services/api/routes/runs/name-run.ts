import { logEvent } from '@aio/runtime/log-event';
import type { NamesOfRun } from '@aio/platform/queries/runs/retry-run';
import type { VersionFacts } from '../../versions.ts';
import type { RouteDeps } from '../route-deps.ts';

/** Title and labels of a version's runs. A title that cannot be evaluated leaves a line in the log. */
export function namesOf(
  { log }: Pick<RouteDeps, 'log'>,
  { titleOf, labelsOf }: VersionFacts,
  workflow: string,
): NamesOfRun {
  return (input, runId) => {
    const labels = labelsOf?.(input, runId) ?? null;
    const title = titleOf?.(input, runId);
    if (title?.failure)
      logEvent(log, 'runUntitled', { run_id: runId, workflow, error: title.failure });
    return { title: title?.text ?? null, labels };
  };
}
