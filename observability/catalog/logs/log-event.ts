/** Levels of lines and their numbers in OpenTelemetry's log data model, least severe first. */
export const SEVERITY_NUMBERS = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
} as const;

/** Levels that an event may have. */
export type LogSeverity = 'debug' | 'info' | 'warn' | 'error';

/** An event of the log, with a stable name for queries and alerts. */
export interface LogEventDefinition {
  /** `event.name` of the exported record, `event` of the JSON line. */
  readonly name: string;
  /** The first one is the default. */
  readonly severities: readonly [LogSeverity, ...LogSeverity[]];
  /** Body of the record: a fixed text, so that you can count lines by it. */
  readonly message: string;
  /** Fields of the JSON line besides the ids of the trace. `LOG_FIELDS` maps them to attributes. */
  readonly fields: readonly string[];
}
