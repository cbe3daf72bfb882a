import { countOf, select } from '@aio/catalog/select';
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
import { DATASOURCE } from './datasource.ts';
import type { PanelQuery } from './panel.ts';

/** The series of the chosen processes. */
export const TARGET = { job: { matches: '$job' }, instance: { matches: '$instance' } } as const;

/** The series of the chosen processes and workflows. */
export const WORKFLOW = { ...TARGET, workflow: { matches: '$workflow' } } as const;

/** Jaeger's user interface where `npm start` and Compose have it. */
const JAEGER_URL = 'http://localhost:16686';

/**
 * What can be chosen on top of a board: of job, instance and workflow those that its queries name.
 * With a choice that changes nothing, readers believe figures that are of everything.
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
        'Of what is counted by workflow. Requests, workers and owners are those of all workflows.',
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

/** On top of a board of logs: its data source, and the run whose lines it shows. */
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

/** A choice of the values that a label has in some series; any number of them, at first all. */
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
