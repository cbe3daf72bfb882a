import { countOf, select } from '@aio/catalog/metrics/select';
import {
  ConstantVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableHide,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE } from './targets.ts';
import type { PanelQuery } from './panel.ts';

/** Matchers of the chosen processes. */
export const TARGET = { job: { matches: '$job' }, instance: { matches: '$instance' } } as const;

/** Matchers of the chosen processes and workflows. */
export const WORKFLOW = { ...TARGET, workflow: { matches: '$workflow' } } as const;

/** Jaeger's user interface in `npm start` and Compose. */
const JAEGER_URL = 'http://localhost:16686';

/**
 * Variables of a board: of job, instance and workflow only those that its queries use. A variable without effect would
 * make readers believe that the figures are filtered.
 * @param queries of all panels of the board
 */
export function buildVariables(queries: readonly PanelQuery[]): VariableModel[] {
  const job = { job: TARGET.job };
  const choices = [
    choice('job', select('buildInfo').promql).label('Job').build(),
    choice('instance', select('buildInfo', job).promql).label('Instance').allValue('.*').build(),
    choice('workflow', countOf('runDuration').promql)
      .label('Workflow')
      .description(
        'Filters metrics by workflow. Requests, workers, owners and totals include all workflows.',
      )
      .allValue('.*')
      .build(),
  ];
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').build(),
    ...choices.filter(({ name }) => queries.some(({ promql }) => promql.includes(`$${name}`))),
    jaegerVariable(),
  ];
}

/** Variables of a board of logs: its data source, and the run whose lines it shows. */
export function buildLogVariables(): VariableModel[] {
  return [
    new DatasourceVariableBuilder('loki').label('Data source').type('loki').build(),
    new TextBoxVariableBuilder('run').label('Run id').build(),
    jaegerVariable(),
  ];
}

function jaegerVariable(): VariableModel {
  return {
    ...new ConstantVariableBuilder('jaeger').value(JAEGER_URL).build(),
    hide: VariableHide.HideVariable,
  };
}

/** Multi-select over the values of a label in a series; initially all. */
function choice(label: 'job' | 'instance' | 'workflow', series: string): QueryVariableBuilder {
  const query = `label_values(${series}, ${label})`;
  return new QueryVariableBuilder(label)
    .datasource(DATASOURCE)
    .query({ query, refId: label })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}
