/** Levels of lines and their numbers in OpenTelemetry's log data model, least severe first. */
export const SEVERITY_NUMBERS = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
} as const;

export type LogLevel = keyof typeof SEVERITY_NUMBERS;

/** Levels that an event may have. */
export type LogSeverity = 'debug' | 'info' | 'warn' | 'error';

/** Something that the log tells, under a name that queries and alerts can rely on. */
export interface LogEventDefinition {
  /** `event.name` of the exported record, `event` of the JSON line. */
  readonly name: string;
  /** The first one is the default. */
  readonly severities: readonly [LogSeverity, ...LogSeverity[]];
  /** Body of the record: the same words each time, so that lines can be counted by it. */
  readonly message: string;
  /**
   * Fields of the JSON line, beside the ids of the trace; see `LOG_FIELDS` for the attributes that they become. `any` = a
   * step's own.
   */
  readonly fields: readonly string[] | 'any';
}
