import type { LogQuery } from '@aio/catalog/logql';
import { PromqlError, type Query } from '@aio/catalog/promql';
import type { Limits } from './limits.ts';
import type { Link } from './links.ts';
import type { Unit } from './units.ts';

/** One query of a panel; made by `draw`. */
export interface PanelQuery {
  readonly promql: string;
  /** Absent = PromQL. */
  readonly language?: 'logql';
  /** What a series is called, e.g. `{{route}}`; a few names have a style of their own (palette.ts). */
  readonly legend: string;
  /** true = samples with a trace are drawn as dots that open it. */
  readonly exemplar?: boolean;
  /** true = asked once, at the end of the time range: for totals over `$__range`. */
  readonly instant?: boolean;
}

/** Labels in a legend: `'{{kind}}: {{status}}'` -> `'kind' | 'status'`. */
type LabelsIn<Legend extends string> = Legend extends `${string}{{${infer Label}}}${infer Rest}`
  ? Label | LabelsIn<Rest>
  : never;

/** A query and what its series are called; a label that the query does not have does not compile. */
export function draw<L extends string, const Legend extends string>(
  query: Query<L>,
  legend: LabelsIn<Legend> extends L ? Legend : never,
  how: Pick<PanelQuery, 'exemplar' | 'instant'> = {},
): PanelQuery {
  for (const [, label = ''] of legend.matchAll(/\{\{(.*?)\}\}/g)) {
    if (!query.labels.some((known) => known === label)) {
      const known = query.labels.join(' ');
      throw new PromqlError(`no label ${label} in ${query.promql}, only ${known}`, draw);
    }
  }
  return { promql: query.promql, legend, ...how };
}

/** The same of a query of Loki. */
export function drawLogs<L extends string, const Legend extends string>(
  query: LogQuery<L>,
  legend: LabelsIn<Legend> extends L ? Legend : never,
  how: Pick<PanelQuery, 'instant'> = {},
): PanelQuery {
  return { promql: query.logql, language: 'logql', legend, ...how };
}

interface PanelOptions {
  /** Names the panel within its board: alerts and links hold on to it. */
  readonly title: string;
  /** What it says and what to make of it. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly PanelQuery[];
  readonly limits?: Limits;
  /** To the next more specific board; those to runbooks come by themselves (runbooks.ts). */
  readonly links?: readonly Link[];
  /** Under the description and what its limits say, in Markdown. */
  readonly note?: string;
  /** Opened from a point of a series; the point's value can stand in the address. */
  readonly pointLinks?: readonly Link[];
  /** Columns of the row that the panel takes; default 1. */
  readonly span?: number;
}

/** One figure with a sparkline, filled with the colour of its limits; without limits it has no colour. */
interface Stat extends PanelOptions {
  readonly kind: 'stat';
  /** What it says without data; default: none yet. */
  readonly absent?: string;
}

/** Series over time. */
interface Lines extends PanelOptions {
  readonly kind: 'lines';
  /** true = series lie on each other, and their sum is what matters. */
  readonly stacked?: boolean;
  /** true = a logarithmic axis, for values that span several powers of ten. */
  readonly logarithmic?: boolean;
  /** true = the axis need not begin at 0: for shares that differ by little. */
  readonly fitted?: boolean;
  /** Top of the axis, e.g. 1 for a share; without one the data decide. */
  readonly max?: number;
}

/** The largest few now, as bars with their values. */
interface Ranking extends PanelOptions {
  readonly kind: 'ranking';
}

/** A histogram's buckets over time. */
interface Heatmap extends PanelOptions {
  readonly kind: 'heatmap';
}

/** States over time. */
interface Timeline extends PanelOptions {
  readonly kind: 'timeline';
  /** Words for values, e.g. 1 -> up. */
  readonly words: readonly {
    readonly value: number;
    readonly text: string;
    readonly color: string;
  }[];
}

/** Lines of the log; only Grafana draws them. */
interface Logs extends PanelOptions {
  readonly kind: 'logs';
}

export type Panel = Stat | Lines | Ranking | Heatmap | Timeline | Logs;
export type PanelOf<Kind extends Panel['kind']> = Extract<Panel, { kind: Kind }>;
type Options<Kind extends Panel['kind']> = Omit<PanelOf<Kind>, 'kind'>;

export const stat = (options: Options<'stat'>): Panel => ({ ...options, kind: 'stat' });
export const lines = (options: Options<'lines'>): Panel => ({ ...options, kind: 'lines' });
export const ranking = (options: Options<'ranking'>): Panel => ({
  ...options,
  kind: 'ranking',
  // Over time each moment has its own largest few: asked for a range, those of the past stay.
  queries: options.queries.map((query) => ({ ...query, instant: true })),
});
export const logs = (options: Options<'logs'>): Panel => ({ ...options, kind: 'logs' });
export const heatmap = (options: Options<'heatmap'>): Panel => ({ ...options, kind: 'heatmap' });
export const timeline = (options: Options<'timeline'>): Panel => ({ ...options, kind: 'timeline' });
