/** Choices at the top of a board. */
import {
  ConstantVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Series } from '@aio/slo/query';
import { DATASOURCE } from './targets.ts';

/**
 * The data source, as `DATASOURCE` refers to it.
 * @param chosen name or uid of the initial one; absent = Grafana's default Prometheus
 */
export function dataSourceVariable(chosen?: string): VariableModel {
  const builder = new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .type('prometheus');
  if (chosen) builder.current({ selected: true, text: chosen, value: chosen });
  return builder.build();
}

/**
 * Multi-select over the values of a label in a series; initially all. A query uses it as `{ matches: '$<label>' }`.
 * @param options.allMatchesAnything whether All also selects series without the label
 */
export function choice<L extends string>(
  label: L,
  series: Series<L>,
  options: { title: string; description?: string; allMatchesAnything?: boolean },
): VariableModel {
  const query = `label_values(${series.promql}, ${label})`;
  const builder = new QueryVariableBuilder(label)
    .datasource(DATASOURCE)
    .query({ query, refId: label })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .label(options.title);
  if (options.description !== undefined) builder.description(options.description);
  if (options.allMatchesAnything) builder.allValue('.*');
  return builder.build();
}

/** The value of a label of a series, e.g. an address that a service exposes. Readers do not see it. */
export function hiddenValue<L extends string>(
  name: string,
  label: L,
  series: Series<L>,
): VariableModel {
  const query = `label_values(${series.promql}, ${label})`;
  return new QueryVariableBuilder(name)
    .datasource(DATASOURCE)
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnDashboardLoad)
    .hide(VariableHide.HideVariable)
    .build();
}

/** A value that readers do not see, e.g. the URL of a trace store. */
export function hiddenVariable(name: string, value: string): VariableModel {
  return {
    ...new ConstantVariableBuilder(name).value(value).build(),
    hide: VariableHide.HideVariable,
  };
}
