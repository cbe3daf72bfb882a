import { ATTRIBUTES } from '../traces/attributes.ts';

/**
 * Fields of a JSON line whose attribute in the exported log record has another name. Time, level, message and the ids
 * of the trace have their own places in the record.
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
  input_tokens: ATTRIBUTES.genAiUsageInputTokens,
  output_tokens: ATTRIBUTES.genAiUsageOutputTokens,
} as const;
