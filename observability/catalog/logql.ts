import { ATTRIBUTES } from './attributes.ts';
import { type LogLevel, SEVERITY_NUMBERS } from './log-event.ts';
import { LOG_EVENTS, type LogEventKey } from './log-events.ts';

/** A query of Loki, and the labels that its series have. */
export interface LogQuery<L extends string = never> {
  readonly logql: string;
  readonly labels: readonly L[];
}

type Underscored<Name extends string> = Name extends `${infer First}.${infer Rest}`
  ? `${First}_${Underscored<Rest>}`
  : Name;
type AttributeLabel = Underscored<(typeof ATTRIBUTES)[keyof typeof ATTRIBUTES]>;

/** Attributes as Loki calls them, and what it has of a record itself. */
export type LogLabel = AttributeLabel | 'severity_text' | 'severity_number' | 'trace_id';

/** API, workers, and whatever else of ours exports its log. */
const OURS = '{service_name=~"aio-.+"}';

/** Values that lines have. */
export interface LineFilter {
  /** This level and the more severe ones. */
  readonly level?: LogLevel;
  /** `event.name` of the catalogue. */
  readonly event?: string;
  readonly runId?: string;
  readonly traceId?: string;
}

/** The lines of API and workers that have all of the values. */
export function linesWith({ level, event, runId, traceId }: LineFilter): string {
  const filters = [
    level !== undefined && `severity_number>=${SEVERITY_NUMBERS[level]}`,
    event !== undefined && `${label(ATTRIBUTES.eventName)}=${quote(event)}`,
    runId !== undefined && `${label(ATTRIBUTES.runId)}=${quote(runId)}`,
    traceId !== undefined && `trace_id=${quote(traceId)}`,
  ];
  return [OURS, ...filters.filter((filter) => filter !== false)].join(' | ');
}

export interface LogSelection extends Pick<LineFilter, 'level'> {
  readonly event?: LogEventKey;
  /** A variable of a board; lines of this run alone. */
  readonly runId?: `$${string}`;
}

/** Lines themselves. */
export function selectLines({ event, runId, ...filter }: LogSelection): LogQuery {
  const lines = linesWith({
    ...filter,
    ...(event !== undefined && { event: LOG_EVENTS[event].name }),
    ...(runId !== undefined && { runId }),
  });
  // Lines without a run have an empty label, as a board has where no run is chosen.
  const logql = runId === undefined ? lines : `${lines} | ${label(ATTRIBUTES.runId)}!=""`;
  return { logql, labels: [] };
}

type Range = '$__interval' | '$__range';

/** Lines a second. */
export function lineRate<L extends LogLabel = never>(
  which: LogSelection,
  range: Range,
  by: readonly L[] = [],
): LogQuery<L> {
  return sumOf(`rate(${selectLines(which).logql} [${range}])`, by);
}

/** How many lines. */
export function lineCount<L extends LogLabel = never>(
  which: LogSelection,
  range: Range,
  by: readonly L[] = [],
): LogQuery<L> {
  return sumOf(`count_over_time(${selectLines(which).logql} [${range}])`, by);
}

/** How many lines in the whole time range: 0 where there are none. */
export function lineTotal(which: LogSelection): LogQuery {
  return { logql: `${lineCount(which, '$__range').logql} or vector(0)`, labels: [] };
}

/** The series with the largest values. */
export function mostLines<L extends string>(count: number, query: LogQuery<L>): LogQuery<L> {
  return { logql: `topk(${count}, ${query.logql})`, labels: query.labels };
}

function sumOf<L extends string>(range: string, by: readonly L[]): LogQuery<L> {
  const grouping = by.length > 0 ? ` by (${by.join(', ')})` : '';
  return { logql: `sum${grouping} (${range})`, labels: by };
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function label<Name extends string>(attribute: Name): Underscored<Name> {
  return attribute.replaceAll('.', '_') as Underscored<Name>;
}
