import { countOf, select } from '@aio/catalog/select';
import {
  ConstantVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE } from './datasource.ts';

/** The series of the chosen processes. */
export const TARGET = { job: { matches: '$job' }, instance: { matches: '$instance' } } as const;

/** The series of the chosen processes and workflows. */
export const WORKFLOW = { ...TARGET, workflow: { matches: '$workflow' } } as const;

/** Jaeger's user interface where `npm start` and Compose have it. */
const JAEGER_URL = 'http://localhost:16686';

/** What can be chosen on top of every board; the values are kept from board to board. */
export function buildVariables(): VariableModel[] {
  const job = { job: TARGET.job };
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').build(),
    choice('job', select('buildInfo').promql).label('Job').build(),
    choice('instance', select('buildInfo', job).promql).label('Instance').allValue('.*').build(),
    choice('workflow', countOf('runDuration').promql).label('Workflow').allValue('.*').build(),
    {
      ...new ConstantVariableBuilder('jaeger').value(JAEGER_URL).build(),
      hide: VariableHide.HideVariable,
    },
  ];
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
