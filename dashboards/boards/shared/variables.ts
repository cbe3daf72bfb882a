import { choice, hiddenValue, hiddenVariable } from '@aio/boards/variables';
import type { PanelQuery } from '@aio/boards/panel';
import { select } from '@aio/catalog/metrics/select';
import type { Settings } from '../../settings.ts';
import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';

/** Matchers of the chosen processes. */
export const TARGET = { job: { matches: '$job' }, instance: { matches: '$instance' } } as const;

/** Matchers of the chosen processes and workflows. */
export const WORKFLOW = { ...TARGET, workflow: { matches: '$workflow' } } as const;

/**
 * Variables of a board: of job, instance and workflow only those that its queries use. A variable without effect would
 * make readers believe that the figures are filtered.
 * @param queries of all panels of the board
 */
export function buildVariables(
  queries: readonly PanelQuery[],
  { jaegerUrl, aioUrl }: Pick<Settings, 'jaegerUrl' | 'aioUrl'>,
): VariableModel[] {
  const choices = [
    choice('job', select('buildInfo'), { title: 'Job' }),
    choice('instance', select('buildInfo', { job: TARGET.job }), {
      title: 'Instance',
      allMatchesAnything: true,
    }),
    choice('workflow', select('workflowRunsEnded'), {
      title: 'Workflow',
      description:
        'Filters metrics by workflow. Requests, workers, owners and totals include all workflows.',
      allMatchesAnything: true,
    }),
  ];
  return [
    ...choices.filter(({ name }) => queries.some(({ promql }) => promql.includes(`$${name}`))),
    hiddenVariable('jaeger', jaegerUrl),
    aioUrl === undefined
      ? hiddenValue('aio', 'address', select('publicUrl'))
      : hiddenVariable('aio', aioUrl),
  ];
}
