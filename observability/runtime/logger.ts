import { context, isSpanContextValid, logs, trace, type SpanContext } from '@opentelemetry/api';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { exportLine } from './log-records.ts';

export type { Logger } from 'pino';

export interface LoggerConfig {
  /** As `service.name` of the traces: `aio-api`, `aio-worker`. */
  service: string;
  /** trace, debug, info, warn, error, fatal or silent. */
  level: string;
  /** Hides what must not leave the process, such as keys and passwords, wherever a line holds it. */
  redact?: (line: string) => string;
}

/** Names whose values never reach a log, at the top of a line and one or two objects deep. */
const SECRET_KEYS = [
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'apiKey',
  'api_key',
  'password',
  'secret',
  'secrets',
  'token',
];

/**
 * JSON lines on standard output, with the ids of the active span. `startTelemetry` exports each of them as a log record,
 * too. Fields that have a name everywhere: see `LOG_FIELDS`; `err` is what was thrown.
 */
export function createLogger(
  config: LoggerConfig,
  output: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Logger {
  const records = logs.getLogger(config.service);
  return pino(
    {
      level: config.level,
      base: { service: config.service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]),
        censor: '[redacted]',
      },
      mixin: () => traceFields(trace.getSpanContext(context.active())),
      ...(config.redact && { hooks: { streamWrite: config.redact } }),
    },
    {
      write(line) {
        output.write(line);
        exportLine(records, line);
      },
    },
  );
}

/** What a line says of the span that it is about, by OpenTelemetry's names for formats that are not OTLP. */
export interface TraceFields {
  trace_id?: string;
  span_id?: string;
  /** `01` = the trace is sampled. */
  trace_flags?: string;
}

/** For a line about a span that is not the active one; undefined, or one that is not valid: none. */
export function traceFields(span: SpanContext | undefined): TraceFields {
  if (span === undefined || !isSpanContextValid(span)) return {};
  const { traceId, spanId, traceFlags } = span;
  return { trace_id: traceId, span_id: spanId, trace_flags: `0${traceFlags & 1}` };
}
