import { PromqlError, type Query } from '@aio/slo/query';
import type { Limits } from './limits.ts';
import type { Link } from './link.ts';
import type { StylesByLabel } from './style.ts';
import type { Unit } from './units.ts';

/** A query of a panel, from `draw`. */
export interface PanelQuery {
  readonly promql: string;
  /** Name of the series, e.g. `{{route}}`. Some names have a fixed style (style.ts). */
  readonly legend: string;
  /** Whether the panel draws samples with a trace as dots that open it. */
  readonly exemplar?: boolean;
  /** Whether to query once, at the end of the time range: for totals over `$__range`. */
  readonly instant?: boolean;
}

/** Labels in a legend: `'{{kind}}: {{status}}'` -> `'kind' | 'status'`. */
type LabelsIn<Legend extends string> = Legend extends `${string}{{${infer Label}}}${infer Rest}`
  ? Label | LabelsIn<Rest>
  : never;

/** A query and the names of its series. A label that the query lacks does not compile. */
export function draw<L extends string, const Legend extends string>(
  query: Query<L>,
  legend: LabelsIn<Legend> extends L ? Legend : never,
  how: Pick<PanelQuery, 'exemplar' | 'instant'> = {},
): PanelQuery {
  for (const [, label = ''] of legend.matchAll(/\{\{(.*?)\}\}/g)) {
    if (!query.labels.some((known) => known === label)) {
      const known = query.labels.join(' ');
      throw new PromqlError(`${query.promql} has no label ${label}, only ${known}`, draw);
    }
  }
  return { promql: query.promql, legend, ...how };
}

interface PanelOptions {
  /** Unique within the board: alerts and links refer to it. */
  readonly title: string;
  /** Content of the panel, and how to read it. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly PanelQuery[];
  readonly limits?: Limits;
  /** Text without data: `none` if that is good news, or the part that is missing. */
  readonly absent?: string;
  /** To more specific boards, runbooks, or other pages. */
  readonly links?: readonly Link[];
  /** Links of each point of a series. The URL may contain the value of the point. */
  readonly pointLinks?: readonly Link[];
  /** Styles of series that a label names, besides those of style.ts. */
  readonly styles?: StylesByLabel;
  /** Columns of the row that the panel spans; default 1. */
  readonly span?: number;
}

/** One figure with a sparkline, filled with the colour of its limits, if any. */
interface Stat extends PanelOptions {
  readonly kind: 'stat';
}

/** Series over time. */
interface Lines extends PanelOptions {
  readonly kind: 'lines';
  /** Whether series are stacked, because their sum matters. */
  readonly stacked?: boolean;
  /** Whether the axis is logarithmic, for values over several powers of ten. */
  readonly logarithmic?: boolean;
  /** Top of the axis, e.g. 1 for a share; default: from the data. */
  readonly max?: number;
}

/** The largest values now, as bars. */
interface Ranking extends PanelOptions {
  readonly kind: 'ranking';
}

/** A histogram's buckets over time. Only Grafana draws them. */
interface Heatmap extends PanelOptions {
  readonly kind: 'heatmap';
}

export type Panel = Stat | Lines | Ranking | Heatmap;
export type PanelOf<Kind extends Panel['kind']> = Extract<Panel, { kind: Kind }>;
type Options<Kind extends Panel['kind']> = Omit<PanelOf<Kind>, 'kind'>;

export const stat = (options: Options<'stat'>): Panel => ({ ...options, kind: 'stat' });
export const lines = (options: Options<'lines'>): Panel => ({ ...options, kind: 'lines' });
export const ranking = (options: Options<'ranking'>): Panel => ({
  ...options,
  kind: 'ranking',
  // Each moment has its own largest values: a range query would also return those of the past.
  queries: options.queries.map((query) => ({ ...query, instant: true })),
});
export const heatmap = (options: Options<'heatmap'>): Panel => ({ ...options, kind: 'heatmap' });
