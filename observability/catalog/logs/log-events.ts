/** Levels of events. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Every event of the log, by the key that code uses. The name is `event.name` of the exported record and `event` of the
 * JSON line, for queries and alerts. Level and message are those of a line that names no others.
 */
export const LOG_EVENTS = {
  // Processes and their dependencies.
  processReady: ['aio.process.ready', 'info', 'Ready'],
  processStops: ['aio.process.stops', 'info', 'Stopping'],
  processStopped: ['aio.process.stopped', 'info', 'Stopped'],
  connectionBroke: ['aio.database.connection_broke', 'warn', 'A database connection broke'],
  databaseAway: ['aio.database.away', 'warn', 'The database is down; the worker waits for it'],
  replicaUnused: [
    'aio.database.replica_unused',
    'warn',
    'The API does not use the read replica and reads from the primary',
  ],
  replicaUsed: [
    'aio.database.replica_used',
    'info',
    'The API reads lists and statistics from the replica',
  ],
  redisAway: [
    'aio.redis.away',
    'warn',
    'Redis is down; runs are accepted, and jobs follow when it is back',
  ],
  redisBack: ['aio.redis.back', 'info', 'Redis is back'],
  collectorAway: [
    'aio.telemetry.collector_away',
    'warn',
    'The collector does not answer; its telemetry is dropped',
  ],
  collectorBack: ['aio.telemetry.collector_back', 'info', 'The collector answers again'],
  // Runs and steps.
  runUntitled: ['aio.run.untitled', 'warn', 'The title of a run cannot be evaluated'],
  runClaimed: ['aio.run.claimed', 'debug', 'Run claimed'],
  runEnded: ['aio.run.ended', 'info', 'Run ended'],
  runLost: ['aio.run.lost', 'warn', 'A run was cancelled or taken over'],
  claimFailed: ['aio.run.claim_failed', 'warn', 'The worker could not claim runs'],
  stepFailed: ['aio.step.failed', 'warn', 'A step failed'],
  attemptLost: ['aio.attempt.lost', 'warn', 'An attempt died with its worker'],
  stepLogged: ['aio.step.logged', 'info', 'A line of the step’s own log'],
  engineTroubled: ['aio.engine.troubled', 'warn', 'The engine failed at a task and tries again'],
  runsDeleted: ['aio.runs.deleted', 'info', 'Deleted runs past their retention'],
  // Requests.
  requestEnded: ['aio.request.ended', 'info', 'Request'],
  requestFailed: ['aio.request.failed', 'error', 'A request failed'],
  responseCutOff: ['aio.response.cut_off', 'info', 'A response was cut off'],
  streamEndedEarly: [
    'aio.stream.ended_early',
    'warn',
    'An event stream ended early; its client resumes',
  ],
  streamsBlind: [
    'aio.stream.blind',
    'warn',
    'The API could not read events for streams; it tries again',
  ],
  // Many runs at once.
  bulkRunFailed: ['aio.bulk.run_failed', 'error', 'A run of a bulk action failed unexpectedly'],
  // People.
  loggedIn: ['aio.login.succeeded', 'info', 'Logged in'],
  loginRefused: ['aio.login.refused', 'warn', 'A login was refused'],
  sessionRefused: [
    'aio.login.session_refused',
    'info',
    'The login service refused to continue a session',
  ],
  loggedOut: ['aio.login.ended', 'info', 'Logged out'],
  keysUnreadable: [
    'aio.login.keys_unreadable',
    'warn',
    'The keys of the login service cannot be read',
  ],
  nameNotKept: ['aio.login.name_not_kept', 'warn', 'The API could not save the name of a user'],
  auditMissing: ['aio.audit.login_missing', 'error', 'The audit log lacks a login or logout'],
  // OpenTelemetry's events, which are no lines: AIO exports them as records only.
  exception: ['exception', 'warn', 'A span recorded an exception'],
  genAiException: [
    'gen_ai.client.operation.exception',
    'warn',
    'The span of a model call recorded an exception',
  ],
  genAiDetails: ['gen_ai.client.inference.operation.details', 'info', 'A model was asked'],
} as const satisfies Readonly<Record<string, readonly [name: string, LogLevel, message: string]>>;

export type LogEventKey = keyof typeof LOG_EVENTS;

/** Methods of a logger that events need. */
export type EventLog = Readonly<
  Record<LogLevel, (fields: Record<string, unknown>, message: string) => void>
>;
