import { STEP_ENDS, STEP_KINDS } from '../metrics/labels.ts';
import type { AttributeKey } from './attributes.ts';

export type AttributeType =
  | 'string'
  | 'int'
  | 'double'
  | 'boolean'
  | 'string[]'
  | OneOf
  /** An object, or one of several types. */
  | 'any';

/** An enumeration. */
export interface OneOf {
  readonly oneOf: readonly string[];
}

/** Type and description of an attribute. */
export type AttributeFact = readonly [type: AttributeType, brief: string];

/** Every attribute. OpenTelemetry's are described briefly; its conventions say the rest. */
export const ATTRIBUTE_FACTS: Readonly<Record<AttributeKey, AttributeFact>> = {
  'http.request.method': ['string', 'Method of the request.'],
  'http.route': ['string', 'Pattern of the route that handled the request.'],
  'http.response.status_code': ['int', 'Status of the response.'],
  'http.request.resend_count': [
    'int',
    'Number of earlier requests of the same call, such as redirects.',
  ],
  'url.path': ['string', 'Path of the request, without query.'],
  'url.scheme': ['string', 'Scheme with which the client sent the request.'],
  'url.full': ['string', 'URL of a call, without query and fragment.'],
  'client.address': ['string', 'Address of the client.'],
  'network.protocol.version': ['string', 'Version of HTTP.'],
  'user_agent.original': ['string', 'User-Agent of the client.'],
  'server.address': ['string', 'Host of the called server.'],
  'server.port': ['int', 'Port of the called server.'],
  'error.type': ['string', 'Error code, or class of the thrown error.'],
  'exception.type': ['string', 'Class of the thrown error.'],
  'exception.message': ['string', 'Message of the thrown error.'],
  'exception.stacktrace': ['string', 'Stack of the thrown error.'],
  'db.system.name': ['string', 'Kind of the database.'],
  'db.namespace': ['string', 'Name of the database.'],
  'db.operation.name': ['string', 'First word of the statement.'],
  'db.collection.name': ['string', 'Table of the statement, if it has one.'],
  'db.query.summary': ['string', 'Name of the function that runs the query.'],
  'db.response.status_code': ['string', 'SQLSTATE of an error.'],
  'service.name': ['string', 'Name of the service, such as aio-worker.'],
  'service.version': ['string', 'Version and build of AIO.'],
  'service.instance.id': ['string', 'Id of the process; of a worker, the id of its row.'],
  'deployment.environment.name': ['string', 'NODE_ENV of the process.'],
  'messaging.system': ['string', 'Kind of the queue.'],
  'messaging.destination.name': ['string', 'Name of the queue.'],
  'messaging.operation.name': ['string', 'Name of the operation on the messages.'],
  'messaging.operation.type': ['string', 'Kind of the operation on the messages.'],
  'messaging.message.id': ['string', 'Id of the job.'],
  'messaging.batch.message_count': ['int', 'Number of jobs sent together.'],
  'error.message': ['string', 'Error message of a failed run or step.'],
  'event.name': ['string', 'Name of the event, also a field of the record.'],
  'user.id': ['string', 'Subject of the user or machine client that sent the request.'],
  'user.hash': [
    'string',
    "Of spans from a browser: the first 12 hexadecimal digits of the SHA-256 hash of the user's subject.",
  ],
  'gen_ai.operation.name': ['string', 'Operation: chat, or invoke_workflow of a run.'],
  'gen_ai.agent.name': ['string', 'Name of the workflow.'],
  'gen_ai.prompt.name': ['string', 'Name of the prompt: workflow and step, such as triage/ask.'],
  'gen_ai.prompt.version': ['string', 'Version of the workflow, which has the prompt.'],
  'gen_ai.provider.name': ['string', 'Provider of the model.'],
  'gen_ai.request.model': ['string', 'Requested model.'],
  'gen_ai.request.max_tokens': ['int', 'Maximum number of tokens in the answer.'],
  'gen_ai.request.temperature': ['double', 'Requested temperature.'],
  'gen_ai.request.stream': ['boolean', 'Whether the answer is streamed.'],
  'gen_ai.system_instructions': ['any', 'System prompt, if content is captured.'],
  'gen_ai.input.messages': ['any', 'Messages to the model, if content is captured.'],
  'gen_ai.output.messages': ['any', 'Answer of the model, if content is captured.'],
  'gen_ai.output.type': ['string', 'Requested format of the answer.'],
  'gen_ai.response.model': ['string', 'Model that answered.'],
  'gen_ai.response.id': ['string', 'Id of the answer.'],
  'gen_ai.response.finish_reasons': ['string[]', 'Why the answer ended.'],
  'gen_ai.response.time_to_first_chunk': ['double', 'Seconds until the first part of the answer.'],
  'gen_ai.usage.input_tokens': ['int', 'Tokens of the prompt.'],
  'gen_ai.usage.cache_read.input_tokens': [
    'int',
    'Tokens of the prompt that were read from a cache.',
  ],
  'gen_ai.usage.cache_write.input_tokens': [
    'int',
    'Tokens of the prompt that were written to a cache.',
  ],
  'gen_ai.usage.output_tokens': ['int', 'Tokens of the answer.'],
  'gen_ai.usage.reasoning.output_tokens': [
    'int',
    'Tokens of the answer that the model used for reasoning.',
  ],
  'aio.run.id': ['string', 'Id of the run.'],
  'aio.run.status': [{ oneOf: ['succeeded', 'failed', 'cancelled'] }, 'Final status of the run.'],
  'aio.run.owner': ['string', 'Subject of the user or machine client that started the run.'],
  'aio.run.retry_of': ['string', 'Id of the run that this run retries.'],
  'aio.run.replay_of': ['string', 'Id of the run that this run replays.'],
  'aio.run.steps_total': ['int', 'Number of steps, including map items.'],
  'aio.workflow.name': ['string', 'Name of the workflow.'],
  'aio.workflow.version': ['int', 'Version of the workflow.'],
  'aio.step.id': ['string', 'Id of the step in its workflow.'],
  'aio.step.kind': [{ oneOf: STEP_KINDS }, 'Kind of the step.'],
  'aio.step.status': [{ oneOf: STEP_ENDS }, 'Final status of the step.'],
  'aio.step.attempt': ['int', 'Number of the attempt, from 1.'],
  'aio.step.iteration': ['int', 'Index of the map item.'],
  'aio.step.parents': ['string[]', 'Ids of the steps that the step waited for.'],
  'aio.queue_time_ms': ['double', 'Milliseconds from ready to started.'],
  'aio.execution_time_ms': ['double', 'Milliseconds from started to finished.'],
  'aio.event_loop_active_ms': [
    'double',
    'Milliseconds in which the event loop was busy during the span.',
  ],
  'aio.commit.runs': ['int', 'Number of runs in the same transaction.'],
  'aio.worker.id': ['string', 'Id of the worker.'],
  'aio.approval.id': ['string', 'Id of the approval.'],
  'aio.approval.decision': [{ oneOf: ['approved', 'rejected'] }, 'Decision of the person.'],
  'aio.llm.cost_usd': [
    'double',
    'Cost of the call in US dollars, as a floating-point number. Absent if the price is unknown.',
  ],
  'aio.idempotency.replayed': [
    'boolean',
    'Whether an earlier request with the same key created the run.',
  ],
  'aio.web.route': ['string', 'Page of the web UI, as its router names it.'],
  'app.widget.name': ['string', 'Label of the clicked button.'],
  'aio.error.details': ['any', 'Details of an error besides its type and message.'],
};

/** Fields of log events that keep their names. */
export const FIELD_FACTS: Readonly<Record<string, AttributeFact>> = {
  port: ['int', 'Port of the API.'],
  metrics_port: ['int', 'Port of /metrics.'],
  lanes: ['any', 'Lanes of the worker, with its slots in each.'],
  signal: ['string', 'Signal that stopped the process, or telemetry signal: trace or log.'],
  endpoint: ['string', 'URL of the collector.'],
  epoch: ['int', 'Fencing token of the run.'],
  was: ['string', 'Status of the run before the claim.'],
  duration_ms: ['double', 'Duration in milliseconds.'],
  time_to_first_token_ms: ['double', 'Milliseconds until the first token of the answer.'],
  cost_usd: ['string', 'Cost of the call in US dollars, exact. Absent if the price is unknown.'],
  what: ['string', 'What failed, or why.'],
  day: ['string', 'Day of the run ids whose outputs were removed, such as 20261231.'],
  partition: ['string', 'First day of the partition, the suffix of its tables.'],
  code: ['string', 'Code of the problem in the response.'],
  aborted: ['boolean', 'Whether the client closed the connection before the end of the response.'],
  sid: ['string', 'Session at the login service.'],
  ended: ['int', 'Number of sessions that ended.'],
  name: ['string', 'Login name of the user.'],
  action: ['string', 'Action that is missing in the audit log.'],
};
