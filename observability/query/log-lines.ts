/** Filters and lines of the log. */

import { type LogLevel, SEVERITY_NUMBERS } from '@aio/catalog/logs/log-event';

/** Conditions; absent ones do not filter. */
export interface LogFilter {
  /** This level and more severe ones. */
  readonly level?: LogLevel;
  /** `event.name` of the catalogue. */
  readonly event?: string;
  readonly runId?: string;
  readonly traceId?: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
}

export interface LogLine {
  /** Milliseconds since the epoch. */
  time: number;
  level: string;
  service: string;
  message: string;
  /** `event.name`; null = the line has none. */
  event: string | null;
  runId: string | null;
  stepId: string | null;
  traceId: string | null;
  /** `error.type` and message. */
  error: string | null;
  /** Method, route, status, milliseconds and user of a request, if known. */
  request: string | null;
  /** Worker id, process id and ports that identify the process. */
  process: string | null;
}

/** Parses a line of a process's standard output; undefined if it is not a line of AIO. */
export function readJsonLine(text: string): LogLine | undefined {
  if (!text.includes('{')) return undefined;
  let fields: Record<string, unknown>;
  try {
    // Compose and kubectl may prefix the container's name.
    fields = JSON.parse(text.slice(text.indexOf('{'))) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { time, level, service, msg, event, run_id, step, trace_id, err, error } = fields;
  if (typeof time !== 'string' || typeof msg !== 'string') return undefined;
  return {
    time: Date.parse(time),
    level: String(level),
    service: String(service),
    message: msg,
    event: textOf(event),
    runId: textOf(run_id),
    stepId: textOf(step),
    traceId: textOf(trace_id),
    error: describeError(err ?? error),
    request: describeRequest(fields),
    process: describeProcess(fields),
  };
}

/** @param fields of a line on standard output */
function describeRequest(fields: Readonly<Record<string, unknown>>): string | null {
  const { method, route, status, duration_ms: ms, who } = fields;
  if (route === undefined) return null;
  return [method, route, status, ms !== undefined && `${String(ms)} ms`, who && `by ${String(who)}`]
    .filter(Boolean)
    .join(' ');
}

/** @param fields of a line on standard output @returns null without a worker and a port */
function describeProcess(fields: Readonly<Record<string, unknown>>): string | null {
  const { worker_id: worker, port, metrics_port: metrics, pid } = fields;
  if (worker === undefined && port === undefined) return null;
  return Object.entries({ worker, port, metrics, pid })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

/** Whether the line matches the filter. */
export function isAskedFor(line: LogLine, filter: LogFilter): boolean {
  const { runId, traceId, event, level, since = 0 } = filter;
  return (
    line.time >= since &&
    (runId === undefined || line.runId === runId) &&
    (traceId === undefined || line.traceId === traceId) &&
    (event === undefined || line.event === event) &&
    (level === undefined || rank(line.level) >= rank(level))
  );
}

/** Formats a line: time, level, service, message and context. */
export function printLogLine(line: LogLine): string {
  const { time, level, service, message, error, request, process } = line;
  const about = [
    ['event', line.event],
    ['run', line.runId],
    ['step', line.stepId],
    ['trace', line.traceId],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]));
  return [
    new Date(time).toISOString(),
    level.toUpperCase().padEnd(5),
    service,
    message,
    ...(request === null ? [] : [request]),
    ...(error === null ? [] : [`(${error})`]),
    ...about,
    ...(process === null ? [] : [process]),
  ].join(' ');
}

const RANKS: ReadonlyMap<string, number> = new Map(Object.entries(SEVERITY_NUMBERS));

/** Unknown levels are below all others. */
function rank(level: string): number {
  return RANKS.get(level) ?? 0;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function describeError(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, type, message } = error as Record<string, unknown>;
  return [code ?? type, message].filter((part) => part !== undefined).join(': ') || null;
}
