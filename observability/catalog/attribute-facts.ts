import type { AttributeKey } from './attributes.ts';

export type AttributeType =
  | 'string'
  | 'int'
  | 'double'
  | 'boolean'
  | 'string[]'
  /** An object, or one of several types. */
  | 'any';

/** Type of an attribute's values, and what it says. */
export type AttributeFact = readonly [type: AttributeType, brief: string];

/** What is known of each attribute; those of OpenTelemetry in short, their conventions say the rest. */
export const ATTRIBUTE_FACTS: Readonly<Record<AttributeKey, AttributeFact>> = {
  'http.request.method': ['string', 'Method of the request.'],
  'http.route': ['string', 'Pattern of the route that took the request.'],
  'http.response.status_code': ['int', 'Status of the response.'],
  'http.request.resend_count': ['int', 'How many requests went before it, such as redirects.'],
  'url.path': ['string', 'Path of the request, without its query.'],
  'url.scheme': ['string', 'Scheme of the request, by which the client sent it.'],
  'url.full': ['string', 'URL of a call, without its query and fragment.'],
  'client.address': ['string', 'Address of the client.'],
  'network.protocol.version': ['string', 'Version of HTTP.'],
  'user_agent.original': ['string', 'User-Agent of the client.'],
  'server.address': ['string', 'Host of the server that is called.'],
  'server.port': ['int', 'Port of the server that is called.'],
  'error.type': ['string', 'Code of what went wrong, or the class of what was thrown.'],
  'exception.type': ['string', 'Class of what was thrown.'],
  'exception.message': ['string', 'Message of what was thrown.'],
  'exception.stacktrace': ['string', 'Stack of what was thrown.'],
  'db.system.name': ['string', 'Kind of the database.'],
  'db.namespace': ['string', 'Name of the database.'],
  'db.operation.name': ['string', 'First word of the statement.'],
  'db.collection.name': ['string', 'Table of a statement that has one.'],
  'db.query.summary': ['string', 'Name of the function that asks.'],
  'db.response.status_code': ['string', 'SQLSTATE of an error.'],
  'service.name': ['string', 'Name of the service, such as aio-worker.'],
  'service.version': ['string', 'Version of the product and its build.'],
  'service.instance.id': ['string', 'Id of the process; of a worker, that of its row.'],
  'deployment.environment.name': ['string', 'NODE_ENV of the process.'],
  'messaging.system': ['string', 'Kind of the queue.'],
  'messaging.destination.name': ['string', 'Name of the queue.'],
  'messaging.operation.name': ['string', 'What is done with the messages.'],
  'messaging.operation.type': ['string', 'Kind of what is done with the messages.'],
  'messaging.message.id': ['string', 'Id of the job.'],
  'messaging.batch.message_count': ['int', 'How many jobs are sent together.'],
  'error.message': ['string', 'What was said of the failure of a run or a step.'],
  'event.name': ['string', 'Name of the event, as the record itself has it.'],
  'user.id': ['string', 'Subject of who sent the request.'],
  'gen_ai.operation.name': ['string', 'What the model is asked for.'],
  'gen_ai.provider.name': ['string', 'Who runs the model.'],
  'gen_ai.request.model': ['string', 'Model that is asked.'],
  'gen_ai.request.max_tokens': ['int', 'Most tokens that the answer may have.'],
  'gen_ai.request.temperature': ['double', 'Temperature that is asked for.'],
  'gen_ai.request.stream': ['boolean', 'Whether the answer is streamed.'],
  'gen_ai.output.type': ['string', 'Form of the answer that is asked for.'],
  'gen_ai.response.model': ['string', 'Model that has answered.'],
  'gen_ai.response.id': ['string', 'Id of the answer.'],
  'gen_ai.response.finish_reasons': ['string[]', 'Why the answer ended.'],
  'gen_ai.response.time_to_first_chunk': ['double', 'Seconds to the first part of the answer.'],
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
    'Tokens of the answer that the model thought with.',
  ],
  'aio.run.id': ['string', 'Id of the run.'],
  'aio.run.status': ['string', 'How the run ended.'],
  'aio.run.owner': ['string', 'Subject of who started the run.'],
  'aio.run.retry_of': ['string', 'Id of the run that this one goes on from.'],
  'aio.run.replay_of': ['string', 'Id of the run that this one repeats.'],
  'aio.run.steps_total': ['int', 'How many steps the run had, items of maps included.'],
  'aio.workflow.name': ['string', 'Name of the workflow.'],
  'aio.workflow.version': ['int', 'Number of the version that the run went by.'],
  'aio.step.id': ['string', 'Id of the step in its workflow.'],
  'aio.step.kind': ['string', 'Kind of the step, such as llm.'],
  'aio.step.status': ['string', 'How the step ended.'],
  'aio.step.attempt': ['int', 'Number of the attempt, from 1.'],
  'aio.step.iteration': ['int', 'Index of the item of a map.'],
  'aio.step.parents': ['string[]', 'Ids of the steps that the step waited for.'],
  'aio.queue_time_ms': ['double', 'Milliseconds from ready to started.'],
  'aio.execution_time_ms': ['double', 'Milliseconds from started to finished.'],
  'aio.event_loop_active_ms': [
    'double',
    'Milliseconds in which the event loop was busy meanwhile.',
  ],
  'aio.worker.id': ['string', 'Id of the worker.'],
  'aio.approval.id': ['string', 'Id of the question to a person.'],
  'aio.approval.decision': ['string', 'What the person said.'],
  'aio.llm.cost_usd': ['double', 'Cost of the call in US dollars.'],
  'aio.idempotency.replayed': ['boolean', 'Whether an earlier request had done it already.'],
  'aio.web.route': ['string', 'Page of the web UI, as its router names it.'],
  'app.widget.name': ['string', 'What is written on the button that was clicked.'],
  'aio.error.details': ['any', 'What is known of an error beyond its type and message.'],
};

/** The same of fields of log events that keep their names. */
export const FIELD_FACTS: Readonly<Record<string, AttributeFact>> = {
  port: ['int', 'Port on which the API answers.'],
  metrics_port: ['int', 'Port of /metrics.'],
  lanes: ['any', 'Lanes that the worker serves, with its slots in each.'],
  signal: ['string', 'What stopped the process, or what a collector takes: trace or log.'],
  endpoint: ['string', 'URL of the collector.'],
  epoch: ['int', 'Fencing token of the run.'],
  was: ['string', 'What the run was before it was claimed.'],
  duration_ms: ['double', 'Milliseconds that it took.'],
  what: ['string', 'What the engine could not do.'],
  day: ['string', 'Of the ids of the runs whose outputs these were, like 20261231.'],
  partition: ['string', 'What the names of the tables end with: the day that they begin with.'],
  code: ['string', 'Code of the problem with which a request was refused.'],
  aborted: ['boolean', 'Whether the client left before the end of the answer.'],
  sid: ['string', 'Session at the login service.'],
  ended: ['int', 'How many sessions ended.'],
  name: ['string', 'Name with which the person logs in.'],
  action: ['string', 'What the audit log lacks.'],
};
