/** Log lines in OpenTelemetry's log data model. */
import { ROOT_CONTEXT, SeverityNumber, trace, TraceFlags } from '@opentelemetry/api';
import type { Context, Logger, LogRecord } from '@opentelemetry/api';

/** Names of attributes. */
export interface RecordNames {
  /** Attributes of fields whose names differ, such as `{ status: 'http.response.status_code' }`. */
  fields?: Readonly<Record<string, string>>;
  /** Attribute for what an error has besides type, message and stack. Default: `error.details`. */
  details?: string;
}

/** Levels of pino. */
const SEVERITIES: Readonly<Record<string, SeverityNumber>> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

/** Exports a written line. It parses the line, not the caller's fields, so that redaction applies to the record, too. */
export function exportLine(logger: Logger, line: string, names?: RecordNames): void {
  if (!logger.enabled()) return;
  logger.emit(toLogRecord(line, names));
}

/**
 * `err` is a thrown error, `error` a failure `{ code, message }` without a stack. A line that is not JSON becomes the body
 * of a record.
 */
export function toLogRecord(line: string, names: RecordNames = {}): LogRecord {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { body: line.trimEnd(), context: ROOT_CONTEXT };
  }
  // The resource already has service and process.
  const { time, level, msg, event, service: _, pid: _pid, ...rest } = fields;
  const { trace_id, span_id, trace_flags, err, error, ...named } = rest;
  return {
    timestamp: new Date(String(time)),
    severityNumber: SEVERITIES[String(level)] ?? SeverityNumber.UNSPECIFIED,
    severityText: String(level),
    body: msg,
    ...(typeof event === 'string' && { eventName: event }),
    context: contextOf(trace_id, span_id, trace_flags),
    attributes: {
      // Loki 3.7 stores attributes but not the record's own event name.
      ...(typeof event === 'string' && { 'event.name': event }),
      ...attributesOf(named, names.fields),
      ...ofException(err, names),
      ...ofFailure(error, names),
    },
  };
}

/** The span that the line names, not the active one. */
function contextOf(traceId: unknown, spanId: unknown, flags: unknown): Context {
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return ROOT_CONTEXT;
  const traceFlags = flags === '01' ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags });
}

function attributesOf(
  fields: Record<string, unknown>,
  names: RecordNames['fields'] = {},
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      Object.hasOwn(names, field) ? names[field]! : field,
      value,
    ]),
  );
}

/** Attributes of a thrown error, as pino writes it. */
function ofException(err: unknown, names: RecordNames): Record<string, unknown> {
  if (err === undefined) return {};
  if (!isObject(err)) return { 'exception.message': String(err) };
  const { type, message, stack, ...details } = err;
  return {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': stack,
    'error.type': details['code'] ?? type,
    ...withDetails(details, names),
  };
}

function ofFailure(error: unknown, names: RecordNames): Record<string, unknown> {
  if (!isObject(error)) return {};
  const { code, message, ...details } = error;
  return {
    'error.type': code,
    ...(message !== undefined && { 'error.message': message }),
    ...withDetails(details, names),
  };
}

function withDetails(
  found: Record<string, unknown>,
  { details = 'error.details' }: RecordNames,
): Record<string, unknown> {
  return Object.keys(found).length === 0 ? {} : { [details]: found };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
