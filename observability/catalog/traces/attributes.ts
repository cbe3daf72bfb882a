import { GEN_AI, LOG_RECORD, MESSAGING, STABLE } from './semantic-conventions.ts';

/** AIO's own attributes of spans and log records. */
export const AIO = {
  runId: 'aio.run.id',
  runStatus: 'aio.run.status',
  /** Only in log records: subject of the user or machine client that started the run. */
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
  /** Index of the map item; absent on other steps. */
  stepIteration: 'aio.step.iteration',
  stepParents: 'aio.step.parents',
  queueTimeMs: 'aio.queue_time_ms',
  executionTimeMs: 'aio.execution_time_ms',
  eventLoopActiveMs: 'aio.event_loop_active_ms',
  workerId: 'aio.worker.id',
  /** Runs in the same transaction. */
  commitRuns: 'aio.commit.runs',
  approvalId: 'aio.approval.id',
  approvalDecision: 'aio.approval.decision',
  llmCostUsd: 'aio.llm.cost_usd',
  idempotencyReplayed: 'aio.idempotency.replayed',
  /** Only in log records: details of an error besides its type and message. */
  errorDetails: 'aio.error.details',
} as const;

/** Every attribute of AIO's spans and log records, by the key that code uses. */
export const ATTRIBUTES = {
  ...STABLE,
  ...MESSAGING,
  ...GEN_AI,
  ...LOG_RECORD,
  ...AIO,
} as const;

export type AttributeKey = (typeof ATTRIBUTES)[keyof typeof ATTRIBUTES];
