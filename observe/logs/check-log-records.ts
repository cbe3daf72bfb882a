import { attributesOfEvent } from '@aio/catalog/log-attributes';
import { type LogEventDefinition, SEVERITY_NUMBERS } from '@aio/catalog/log-event';
import { LOG_EVENTS } from '@aio/catalog/log-events';
import type { ReceivedLogRecord } from '@aio/runtime/otlp/otlp-logs';
import { type Excuses, type Findings, sortUnseen } from '../findings.ts';
import { EXCUSED_LOGS } from './excused.ts';

export type SeenRecord = Pick<
  ReceivedLogRecord,
  'eventName' | 'severityText' | 'severityNumber' | 'body' | 'attributes' | 'traceId' | 'isSampled'
>;

const EVENTS: readonly LogEventDefinition[] = Object.values(LOG_EVENTS);
const BY_NAME = new Map(EVENTS.map((event) => [event.name, event]));

/**
 * Compares log records with the catalogue in both directions: each is a known event with an allowed severity and allowed
 * attributes, and each event was seen with all its attributes.
 * @param traceIds of all exported spans; a record of a sampled trace must have one of them
 */
export function checkLogRecords(
  records: readonly SeenRecord[],
  traceIds: ReadonlySet<string>,
  excuses: Excuses = EXCUSED_LOGS,
): Findings {
  const faults = new Set<string>();
  const seen = new Map<string, Set<string>>();
  for (const record of records) {
    const { eventName, attributes, traceId, isSampled } = record;
    const event = eventName === null ? undefined : BY_NAME.get(eventName);
    if (event === undefined) {
      const name = eventName === null ? 'has no event' : `is of ${eventName}`;
      faults.add(`log record "${String(record.body)}" ${name}, which is not in the catalogue`);
      continue;
    }
    const names = seen.get(event.name) ?? new Set();
    seen.set(event.name, names);
    for (const fault of findFaults(event, record)) faults.add(`log event ${event.name} ${fault}`);
    for (const name of Object.keys(attributes)) names.add(name);
    if (isSampled && traceId !== null && !traceIds.has(traceId))
      faults.add(`log event ${event.name} names a sampled trace without any span`);
  }
  const unseen = EVENTS.flatMap((event) => {
    const names = seen.get(event.name);
    if (!names) return [`log event ${event.name} was not seen`];
    return attributesOfEvent(event)
      .filter((attribute) => !names.has(attribute))
      .map((attribute) => `log event ${event.name} never has ${attribute}`);
  });
  const sorted = sortUnseen(unseen, excuses);
  return { faults: [...faults, ...sorted.faults], excused: sorted.excused };
}

function findFaults(event: LogEventDefinition, record: SeenRecord): string[] {
  const { severityText, severityNumber, attributes } = record;
  const faults: string[] = [];
  const severity = event.severities.find((known) => known === severityText);
  if (severity === undefined) faults.push(`has the severity ${severityText}`);
  else if (severityNumber !== SEVERITY_NUMBERS[severity])
    faults.push(`has the severity ${severityText} as ${severityNumber}`);
  if (event.fields === 'any') return faults;
  const known = attributesOfEvent(event);
  for (const name of Object.keys(attributes))
    if (!known.includes(name)) faults.push(`has ${name}, which the catalogue does not list`);
  return faults;
}
