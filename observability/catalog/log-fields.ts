import { ATTRIBUTES } from './attributes.ts';

/**
 * Fields that have a name of their own in a JSON line, and the attributes that they are in an exported log record. A
 * field that is not here keeps its name. Time, level, message and the ids of the trace are no attributes: a record
 * has a place for each.
 */
export const LOG_FIELDS = {
  run_id: ATTRIBUTES.runId,
  workflow: ATTRIBUTES.workflowName,
  owner: ATTRIBUTES.runOwner,
  step: ATTRIBUTES.stepId,
  attempt: ATTRIBUTES.stepAttempt,
  iteration: ATTRIBUTES.stepIteration,
  worker_id: ATTRIBUTES.workerId,
  who: ATTRIBUTES.userId,
  method: ATTRIBUTES.httpRequestMethod,
  route: ATTRIBUTES.httpRoute,
  status: ATTRIBUTES.httpResponseStatusCode,
  run_status: ATTRIBUTES.runStatus,
} as const;
