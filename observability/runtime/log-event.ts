import {
  LOG_EVENTS,
  type LogEventKey,
  type LogFieldsOf,
  type LogOf,
  type SeverityOf,
} from '@aio/catalog/logs/log-events';

interface EventOptions<K extends LogEventKey> {
  /** Default: the event's first severity. */
  severity?: SeverityOf<K>;
  /** Default: the event's message. */
  message?: string;
}

/** Writes a line for an event of the catalogue. The entry defines name, severity, message and fields. */
export function logEvent<K extends LogEventKey>(
  log: LogOf<SeverityOf<K>>,
  key: K,
  fields: LogFieldsOf<K>,
  { severity, message }: EventOptions<K> = {},
): void {
  const { name, severities, message: usual } = LOG_EVENTS[key];
  const write = severity ?? (severities[0] as SeverityOf<K>);
  log[write]({ ...fields, event: name }, message ?? usual);
}
