import { LOG_EVENTS } from '@aio/catalog/logs/log-events';
import { AIO } from '@aio/catalog/traces/attributes';
import type { ReceivedLogRecord } from '@aio/runtime/otlp/otlp-logs';
import { type Excuses, type Findings, sortUnseen } from '../findings.ts';

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
};

export type SeenRecord = Pick<
  ReceivedLogRecord,
  'eventName' | 'body' | 'attributes' | 'traceId' | 'isSampled'
>;

const NAMES: readonly string[] = Object.values(LOG_EVENTS).map(([name]) => name);

/** Events that name what they are about. */
const WITH_IDS: readonly (readonly [prefix: RegExp, id: string])[] = [
  [/^aio\.(step|attempt)\./, AIO.stepId],
  [/^aio\.((step|attempt)\.|run\.(?!claim_failed))/, AIO.runId],
];

/**
 * Compares log records with the catalogue in both directions: each is a known event with its ids, and each event was seen.
 * @param traceIds of all exported spans; a record of a sampled trace must have one of them
 */
export function checkLogRecords(
  records: readonly SeenRecord[],
  traceIds: ReadonlySet<string>,
  excuses: Excuses = EXCUSED_LOGS,
): Findings {
  const faults = new Set<string>();
  const seen = new Set<string>();
  for (const { eventName, body, attributes, traceId, isSampled } of records) {
    if (eventName === null || !NAMES.includes(eventName)) {
      const name = eventName === null ? 'has no event' : `is of ${eventName}`;
      faults.add(`log record "${String(body)}" ${name}, which is not in the catalogue`);
      continue;
    }
    seen.add(eventName);
    for (const [events, id] of WITH_IDS)
      if (events.test(eventName) && !attributes[id])
        faults.add(`log event ${eventName} lacks ${id}`);
    if (isSampled && traceId !== null && !traceIds.has(traceId))
      faults.add(`log event ${eventName} names a sampled trace without any span`);
  }
  const unseen = NAMES.filter((name) => !seen.has(name));
  const sorted = sortUnseen(
    unseen.map((name) => `log event ${name} was not seen`),
    excuses,
  );
  return { faults: [...faults, ...sorted.faults], excused: sorted.excused };
}
