import { context, isSpanContextValid, logs, trace, type SpanContext } from '@opentelemetry/api';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { exportLine, type RecordNames } from './log-records.ts';

export type { Logger } from 'pino';

export interface LoggerConfig {
  /** `service.name`. */
  service: string;
  /** trace, debug, info, warn, error, fatal or silent. */
  level: string;
  /** Removes secrets such as keys and passwords from anywhere in a line. */
  redact?: (line: string) => string;
  /** Attributes of the exported records. */
  names?: RecordNames;
}

/** Fields whose values are never logged, at the top of a line and up to two objects deep. */
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
 * Writes JSON lines with the ids of the active span to standard output. If the process exports log records, as
 * `start-sdk.ts` does, each line becomes one. `err` is a thrown error.
 * @param output of the lines; default: standard output, synchronously
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
        exportLine(records, line, config.names);
      },
    },
  );
}

/** Ids of the span of a line, with OpenTelemetry's names for non-OTLP formats. */
export interface TraceFields {
  trace_id?: string;
  span_id?: string;
  /** `01` = the trace is sampled. */
  trace_flags?: string;
}

/** Fields for a line about another span than the active one; empty for undefined or an invalid span. */
export function traceFields(span: SpanContext | undefined): TraceFields {
  if (span === undefined || !isSpanContextValid(span)) return {};
  const { traceId, spanId, traceFlags } = span;
  return { trace_id: traceId, span_id: spanId, trace_flags: `0${traceFlags & 1}` };
}
