import {
  LOG_EVENTS,
  type LogEventKey,
  type LogFieldsOf,
  type LogOf,
  type SeverityOf,
} from '@aio/catalog/log-events';

interface EventOptions<K extends LogEventKey> {
  /** Default: the first of the event's. */
  severity?: SeverityOf<K>;
  /** Default: the event's. */
  message?: string;
}

/** Writes a line about an event of the catalogue: its name, severity, message and fields are those of its entry. */
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
