/** Log lines in OpenTelemetry's log data model. */
import { ROOT_CONTEXT, SeverityNumber, trace, TraceFlags } from '@opentelemetry/api';
import type { Context, Logger, LogRecord } from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { SEVERITY_NUMBERS } from '@aio/catalog/logs/log-event';
import { LOG_FIELDS } from '@aio/catalog/logs/log-fields';

const SEVERITIES: Readonly<Record<string, SeverityNumber>> = SEVERITY_NUMBERS;

/** Exports a written line. It parses the line, not the caller's fields, so that redaction applies to the record, too. */
export function exportLine(logger: Logger, line: string): void {
  if (!logger.enabled()) return;
  logger.emit(toLogRecord(line));
}

/** A line that is not JSON becomes the body of a record. */
export function toLogRecord(line: string): LogRecord {
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
      ...(typeof event === 'string' && { [ATTRIBUTES.eventName]: event }),
      ...attributesOf(named),
      ...ofException(err),
      ...ofFailure(error),
    },
  };
}

/** The span that the line names, not the active one. */
function contextOf(traceId: unknown, spanId: unknown, flags: unknown): Context {
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return ROOT_CONTEXT;
  const traceFlags = flags === '01' ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags });
}

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(LOG_FIELDS));

function attributesOf(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [NAMES.get(field) ?? field, value]),
  );
}

/** Attributes of a thrown error, as pino writes it. */
function ofException(err: unknown): Record<string, unknown> {
  if (err === undefined) return {};
  if (!isObject(err)) return { [ATTRIBUTES.exceptionMessage]: String(err) };
  const { type, message, stack, ...details } = err;
  return {
    [ATTRIBUTES.exceptionType]: type,
    [ATTRIBUTES.exceptionMessage]: message,
    [ATTRIBUTES.exceptionStacktrace]: stack,
    [ATTRIBUTES.errorType]: details['code'] ?? type,
    ...withDetails(details),
  };
}

/** Attributes of the error of a run or step. */
function ofFailure(error: unknown): Record<string, unknown> {
  if (!isObject(error)) return {};
  const { code, message, ...details } = error;
  return {
    [ATTRIBUTES.errorType]: code,
    ...(message !== undefined && { [ATTRIBUTES.errorMessage]: message }),
    ...withDetails(details),
  };
}

function withDetails(details: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(details).length === 0 ? {} : { [ATTRIBUTES.errorDetails]: details };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
