import { ATTRIBUTES } from '../traces/attributes.ts';
import { SPANS } from '../traces/spans.ts';
import type { LogEventDefinition, LogSeverity } from './log-event.ts';
import { RUN_EVENTS } from './run-events.ts';

/** No message: it can quote values. */
const EXCEPTION = [
  ATTRIBUTES.exceptionType,
  ATTRIBUTES.exceptionStacktrace,
  ATTRIBUTES.errorType,
] as const;

/** Every event of the log, by the key that code uses. */
export const LOG_EVENTS = {
  // Processes and their dependencies.
  processReady: {
    name: 'aio.process.ready',
    severities: ['info'],
    message: 'Ready',
    fields: ['port', 'metrics_port', 'worker_id', 'lanes'],
  },
  processStops: {
    name: 'aio.process.stops',
    severities: ['info'],
    message: 'Stopping',
    fields: ['signal'],
  },
  processStopped: {
    name: 'aio.process.stopped',
    severities: ['info'],
    message: 'Stopped',
    fields: [],
  },
  connectionBroke: {
    name: 'aio.database.connection_broke',
    severities: ['warn'],
    message: 'A database connection broke',
    fields: ['err'],
  },
  databaseAway: {
    name: 'aio.database.away',
    severities: ['warn'],
    message: 'The database is down; the worker waits for it',
    fields: ['err'],
  },
  replicaUnused: {
    name: 'aio.database.replica_unused',
    severities: ['warn'],
    message: 'The API does not use the read replica and reads from the primary',
    fields: ['what'],
  },
  replicaUsed: {
    name: 'aio.database.replica_used',
    severities: ['info'],
    message: 'The API reads lists and statistics from the replica',
    fields: [],
  },
  redisAway: {
    name: 'aio.redis.away',
    severities: ['warn'],
    message: 'Redis is down; runs are accepted, and jobs follow when it is back',
    fields: ['err'],
  },
  redisBack: { name: 'aio.redis.back', severities: ['info'], message: 'Redis is back', fields: [] },
  collectorAway: {
    name: 'aio.telemetry.collector_away',
    severities: ['warn'],
    message: 'The collector does not answer; its telemetry is dropped',
    fields: ['err', 'signal', 'endpoint'],
  },
  collectorBack: {
    name: 'aio.telemetry.collector_back',
    severities: ['info'],
    message: 'The collector answers again',
    fields: ['signal'],
  },

  ...RUN_EVENTS,

  // Requests.
  requestEnded: {
    name: 'aio.request.ended',
    severities: ['info'],
    message: 'Request',
    fields: ['method', 'route', 'status', 'aborted', 'duration_ms', 'who'],
  },
  requestFailed: {
    name: 'aio.request.failed',
    severities: ['error', 'warn'],
    message: 'A request failed',
    fields: ['err', 'route', 'status'],
  },
  responseCutOff: {
    name: 'aio.response.cut_off',
    severities: ['info'],
    message: 'A response was cut off',
    fields: ['err'],
  },
  streamEndedEarly: {
    name: 'aio.stream.ended_early',
    severities: ['warn'],
    message: 'An event stream ended early; its client resumes',
    fields: ['err', 'route'],
  },
  streamsBlind: {
    name: 'aio.stream.blind',
    severities: ['warn'],
    message: 'The API could not read events for streams; it tries again',
    fields: ['err'],
  },

  // Many runs at once.
  bulkRunFailed: {
    name: 'aio.bulk.run_failed',
    severities: ['error'],
    message: 'A run of a bulk action failed unexpectedly',
    fields: ['err', 'run_id'],
  },

  // People.
  loggedIn: {
    name: 'aio.login.succeeded',
    severities: ['info'],
    message: 'Logged in',
    fields: ['who', 'name'],
  },
  loginRefused: {
    name: 'aio.login.refused',
    severities: ['warn'],
    message: 'A login was refused',
    fields: ['err'],
  },
  sessionRefused: {
    name: 'aio.login.session_refused',
    severities: ['info'],
    message: 'The login service refused to continue a session',
    fields: ['err', 'who', 'name'],
  },
  loggedOut: {
    name: 'aio.login.ended',
    severities: ['info'],
    message: 'Logged out',
    fields: ['who', 'name'],
  },
  keysUnreadable: {
    name: 'aio.login.keys_unreadable',
    severities: ['warn'],
    message: 'The keys of the login service cannot be read',
    fields: ['err'],
  },
  nameNotKept: {
    name: 'aio.login.name_not_kept',
    severities: ['warn'],
    message: 'The API could not save the name of a user',
    fields: ['err'],
  },
  auditMissing: {
    name: 'aio.audit.login_missing',
    severities: ['error'],
    message: 'The audit log lacks a login or logout',
    fields: ['err', 'who', 'name', 'action'],
  },
  // OpenTelemetry's events, which are no lines: AIO exports them as records only.
  exception: {
    name: 'exception',
    severities: ['warn'],
    message: 'A span recorded an exception',
    fields: EXCEPTION,
  },
  genAiException: {
    name: 'gen_ai.client.operation.exception',
    severities: ['warn'],
    message: 'The span of a model call recorded an exception',
    fields: EXCEPTION,
  },
  genAiDetails: {
    name: 'gen_ai.client.inference.operation.details',
    severities: ['info'],
    message: 'A model was asked',
    fields: SPANS.llm.attributes,
  },
} as const satisfies Readonly<Record<string, LogEventDefinition>>;

export type LogEventKey = keyof typeof LOG_EVENTS;

type Definition<K extends LogEventKey> = (typeof LOG_EVENTS)[K];

export type SeverityOf<K extends LogEventKey> = Definition<K>['severities'][number];

/** Ids of the span that a line is about, if it is not the active span. */
type TraceField = 'trace_id' | 'span_id' | 'trace_flags';

/** Fields that a line of the event may have. */
export type LogFieldsOf<K extends LogEventKey> = {
  readonly [F in Definition<K>['fields'][number] | TraceField]?: unknown;
};

type Write = (fields: Record<string, unknown>, message: string) => void;

/** Methods of a logger that an event needs. */
export type LogOf<S extends LogSeverity> = { readonly [Severity in S]: Write };
