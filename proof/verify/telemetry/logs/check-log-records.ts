import { attributesOfEvent } from '@aio/catalog/logs/log-attributes';
import { type LogEventDefinition, SEVERITY_NUMBERS } from '@aio/catalog/logs/log-event';
import { LOG_EVENTS } from '@aio/catalog/logs/log-events';
import type { ReceivedLogRecord } from '@aio/runtime/otlp/otlp-logs';
import { type Excuses, type Findings, sortUnseen } from '../findings.ts';
import { faultOfValue } from '../spans/check-value.ts';

const OUTAGE_OF_POSTGRES = 'PostgreSQL is down: drill faults --only postgres-restarts';
const WITH_REPLICA = 'needs a read replica: services/api/test/read-replica.test.ts';
const OUTAGE_OF_REDIS = 'Redis is down: drill faults --only redis-restart';

const CONTENT = 'only if content is captured: services/worker/steps/llm/content.test.ts';

/** Findings of `checkLogRecords` that the load does not cause, with the drill (`npm run drill`) or test that does. */
export const EXCUSED_LOGS: Excuses = {
  'log event exception was not seen': 'observability/tracing/exception-records.test.ts',
  'log event gen_ai.client.inference.operation.details was not seen': CONTENT,
  'log event aio.run.untitled was not seen':
    'a title reads what the input lacks: services/api/test/routes/runs/title.test.ts',
  'log event aio.database.connection_broke was not seen': OUTAGE_OF_POSTGRES,
  'log event aio.database.away was not seen': OUTAGE_OF_POSTGRES,
  'log event aio.run.claim_failed was not seen': OUTAGE_OF_POSTGRES,
  'log event aio.engine.troubled was not seen': OUTAGE_OF_POSTGRES,
  'log event aio.stream.ended_early was not seen': OUTAGE_OF_POSTGRES,
  'log event aio.stream.blind was not seen': OUTAGE_OF_POSTGRES,
  'log event aio.login.name_not_kept was not seen': OUTAGE_OF_POSTGRES,
  'log event aio.audit.login_missing was not seen': OUTAGE_OF_POSTGRES,
  'log event aio.database.replica_unused was not seen': WITH_REPLICA,
  'log event aio.database.replica_used was not seen': WITH_REPLICA,
  'log event aio.runs.deleted was not seen': 'runs are past their retention',
  'log event aio.redis.away was not seen': OUTAGE_OF_REDIS,
  'log event aio.redis.back was not seen': OUTAGE_OF_REDIS,
  'log event aio.telemetry.collector_away was not seen': 'drill faults --only collector-away',
  'log event aio.telemetry.collector_back was not seen': 'drill faults --only collector-away',
  'log event aio.attempt.lost was not seen': 'a worker is killed: drill kill-workers',
  'log event aio.bulk.run_failed was not seen': 'only a bug causes it',
  'log event aio.response.cut_off was not seen':
    'a client leaves during a response: services/api/test/left-early.test.ts',
  'log event aio.login.keys_unreadable was not seen': 'drill alerts --only no-login-service',
  'log event aio.login.session_refused was not seen':
    'the login service refuses a refresh: services/api/test/auth/read-session.test.ts',
  'log event aio.run.ended never has error.message':
    'a run fails without a failed step, e.g. at its time limit: services/worker/test/engine.test.ts',
  'log event aio.request.ended never has aborted':
    'a client leaves during a response: services/api/test/access-log.test.ts',
  'log event aio.request.ended never has code':
    'invalid HTTP: services/api/test/access-log.test.ts',
};

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
  const known = attributesOfEvent(event);
  for (const [name, value] of Object.entries(attributes)) {
    if (!known.includes(name)) faults.push(`has ${name}, which the catalogue does not list`);
    const fault = faultOfValue(name, value);
    if (fault !== null) faults.push(fault);
  }
  return faults;
}
