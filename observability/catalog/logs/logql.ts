import { ATTRIBUTES } from '../traces/attributes.ts';
import { type LogLevel, SEVERITY_NUMBERS } from './log-event.ts';
import { LOG_EVENTS, type LogEventKey } from './log-events.ts';

/** A LogQL query and the labels of its series. */
export interface LogQuery<L extends string = never> {
  readonly logql: string;
  readonly labels: readonly L[];
}

type Underscored<Name extends string> = Name extends `${infer First}.${infer Rest}`
  ? `${First}_${Underscored<Rest>}`
  : Name;
type AttributeLabel = Underscored<(typeof ATTRIBUTES)[keyof typeof ATTRIBUTES]>;

/** Loki's names of attributes and of fields of the record. */
export type LogLabel = AttributeLabel | 'severity_text' | 'severity_number' | 'trace_id';

/** API, workers, and all other services of AIO that export logs. */
const OURS = '{service_name=~"aio-.+"}';

/** Conditions for lines. */
export interface LineFilter {
  /** This level and more severe ones. */
  readonly level?: LogLevel;
  /** `event.name` of the catalogue. */
  readonly event?: string;
  readonly runId?: string;
  readonly traceId?: string;
}

/** Lines of API and workers that match all conditions. */
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
  /** A variable of a board: only lines of this run. */
  readonly runId?: `$${string}`;
}

/** Selects log lines. */
export function selectLines({ event, runId, ...filter }: LogSelection): LogQuery {
  const lines = linesWith({
    ...filter,
    ...(event !== undefined && { event: LOG_EVENTS[event].name }),
    ...(runId !== undefined && { runId }),
  });
  // Without a chosen run, the variable is empty and would match lines without a run.
  const logql = runId === undefined ? lines : `${lines} | ${label(ATTRIBUTES.runId)}!=""`;
  return { logql, labels: [] };
}

type Range = '$__interval' | '$__range';

/** Lines per second. */
export function lineRate<L extends LogLabel = never>(
  which: LogSelection,
  range: Range,
  by: readonly L[] = [],
): LogQuery<L> {
  return sumOf(`rate(${selectLines(which).logql} [${range}])`, by);
}

/** Number of lines. */
export function lineCount<L extends LogLabel = never>(
  which: LogSelection,
  range: Range,
  by: readonly L[] = [],
): LogQuery<L> {
  return sumOf(`count_over_time(${selectLines(which).logql} [${range}])`, by);
}

/** Number of lines in the whole time range; 0 if there are none. */
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
