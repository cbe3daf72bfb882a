import { LOG_FIELDS } from '@aio/catalog/logs/log-fields';
import { AIO } from '@aio/catalog/traces/attributes';
import * as kit from '@aio/tracing/logger';

export { traceFields, type Logger, type TraceFields } from '@aio/tracing/logger';

/** `service`: `aio-api`, `aio-worker`. */
export type LoggerConfig = Omit<kit.LoggerConfig, 'names'>;

const NAMES = { fields: LOG_FIELDS, details: AIO.errorDetails };

/** A logger of `@aio/tracing` whose records have the attributes of the catalogue. See `LOG_FIELDS` for common fields. */
export function createLogger(
  config: LoggerConfig,
  output?: Parameters<typeof kit.createLogger>[1],
): kit.Logger {
  return kit.createLogger({ ...config, names: NAMES }, output);
}
