import { APP, GEN_AI, LOG_RECORD, MESSAGING, STABLE } from './semantic-conventions.ts';

/** Our own attributes of spans and log records. */
export const AIO = {
  runId: 'aio.run.id',
  runStatus: 'aio.run.status',
  /** Of log records alone: the subject of who started the run. */
  runOwner: 'aio.run.owner',
  runRetryOf: 'aio.run.retry_of',
  runReplayOf: 'aio.run.replay_of',
  runStepsTotal: 'aio.run.steps_total',
  workflowName: 'aio.workflow.name',
  workflowVersion: 'aio.workflow.version',
  stepId: 'aio.step.id',
  stepKind: 'aio.step.kind',
  stepStatus: 'aio.step.status',
  stepAttempt: 'aio.step.attempt',
  /** Index of the map's item; not set on a step that is no item. */
  stepIteration: 'aio.step.iteration',
  stepParents: 'aio.step.parents',
  queueTimeMs: 'aio.queue_time_ms',
  executionTimeMs: 'aio.execution_time_ms',
  eventLoopActiveMs: 'aio.event_loop_active_ms',
  workerId: 'aio.worker.id',
  approvalId: 'aio.approval.id',
  approvalDecision: 'aio.approval.decision',
  llmCostUsd: 'aio.llm.cost_usd',
  idempotencyReplayed: 'aio.idempotency.replayed',
  /** Page of the web UI, as its router names it. */
  webRoute: 'aio.web.route',
  /** Of log records alone: what is known of an error beyond its type and message. */
  errorDetails: 'aio.error.details',
} as const;

/** Every attribute that a span or a log record of ours may have, by the key that code uses. */
export const ATTRIBUTES = {
  ...STABLE,
  ...MESSAGING,
  ...GEN_AI,
  ...APP,
  ...LOG_RECORD,
  ...AIO,
} as const;

export type AttributeKey = (typeof ATTRIBUTES)[keyof typeof ATTRIBUTES];
