import {
  LOG_EVENTS,
  type EventLog,
  type LogEventKey,
  type LogLevel,
} from '@aio/catalog/logs/log-events';

interface EventOptions {
  /** Default: the event's level. */
  severity?: LogLevel;
  /** Default: the event's message. */
  message?: string;
}

/** Writes a line for an event of the catalogue. */
export function logEvent(
  log: EventLog,
  key: LogEventKey,
  fields: Readonly<Record<string, unknown>>,
  { severity, message }: EventOptions = {},
): void {
  const [name, level, usual] = LOG_EVENTS[key];
  log[severity ?? level]({ ...fields, event: name }, message ?? usual);
}
