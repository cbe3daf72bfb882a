import { context, isSpanContextValid, trace, type Context } from '@opentelemetry/api';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';

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
 * JSON lines on standard output, with `trace_id` and `span_id` of the active span. Fields that have
 * a name everywhere: `run_id`, `step`, `iteration`, `attempt`, `err`.
 */
export function createLogger(config: LoggerConfig, destination?: DestinationStream): Logger {
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
      mixin: () => traceFields(),
      ...(config.redact && { hooks: { streamWrite: config.redact } }),
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

/** `trace_id` and `span_id`, for a line about a span that is not the active one. */
export function traceFields(from: Context = context.active()): {
  trace_id?: string;
  span_id?: string;
} {
  const spanContext = trace.getSpanContext(from);
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return {};
  return { trace_id: spanContext.traceId, span_id: spanContext.spanId };
}
