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

/** Types of the values of attributes. */
export const ATTRIBUTE_TYPES: Readonly<Record<AttributeKey, AttributeType>> = {
  'http.request.method': 'string',
  'http.route': 'string',
  'http.response.status_code': 'int',
  'http.request.resend_count': 'int',
  'url.path': 'string',
  'url.scheme': 'string',
  'url.full': 'string',
  'client.address': 'string',
  'network.protocol.version': 'string',
  'user_agent.original': 'string',
  'server.address': 'string',
  'server.port': 'int',
  'error.type': 'string',
  'db.system.name': 'string',
  'db.namespace': 'string',
  'db.operation.name': 'string',
  'db.collection.name': 'string',
  'db.query.summary': 'string',
  'db.response.status_code': 'string',
  'service.name': 'string',
  'service.version': 'string',
  'service.instance.id': 'string',
  'deployment.environment.name': 'string',
  'messaging.system': 'string',
  'messaging.destination.name': 'string',
  'messaging.operation.name': 'string',
  'messaging.operation.type': 'string',
  'messaging.message.id': 'string',
  'messaging.batch.message_count': 'int',
  'event.name': 'string',
  'user.id': 'string',
  'gen_ai.operation.name': 'string',
  'gen_ai.agent.name': 'string',
  'gen_ai.prompt.name': 'string',
  'gen_ai.prompt.version': 'string',
  'gen_ai.provider.name': 'string',
  'gen_ai.request.model': 'string',
  'gen_ai.request.max_tokens': 'int',
  'gen_ai.request.temperature': 'double',
  'gen_ai.request.stream': 'boolean',
  'gen_ai.system_instructions': 'any',
  'gen_ai.input.messages': 'any',
  'gen_ai.output.messages': 'any',
  'gen_ai.output.type': 'string',
  'gen_ai.response.model': 'string',
  'gen_ai.response.id': 'string',
  'gen_ai.response.finish_reasons': 'string[]',
  'gen_ai.response.time_to_first_chunk': 'double',
  'gen_ai.usage.input_tokens': 'int',
  'gen_ai.usage.cache_read.input_tokens': 'int',
  'gen_ai.usage.cache_write.input_tokens': 'int',
  'gen_ai.usage.output_tokens': 'int',
  'gen_ai.usage.reasoning.output_tokens': 'int',
  'aio.run.id': 'string',
  'aio.run.status': { oneOf: ['succeeded', 'failed', 'cancelled'] },
  'aio.run.owner': 'string',
  'aio.run.retry_of': 'string',
  'aio.run.replay_of': 'string',
  'aio.run.steps_total': 'int',
  'aio.workflow.name': 'string',
  'aio.workflow.version': 'int',
  'aio.step.id': 'string',
  'aio.step.kind': { oneOf: STEP_KINDS },
  'aio.step.status': { oneOf: STEP_ENDS },
  'aio.step.attempt': 'int',
  'aio.step.iteration': 'int',
  'aio.step.parents': 'string[]',
  'aio.queue_time_ms': 'double',
  'aio.execution_time_ms': 'double',
  'aio.event_loop_active_ms': 'double',
  'aio.commit.runs': 'int',
  'aio.worker.id': 'string',
  'aio.approval.id': 'string',
  'aio.approval.decision': { oneOf: ['approved', 'rejected'] },
  'aio.llm.cost_usd': 'double',
  'aio.idempotency.replayed': 'boolean',
  'aio.error.details': 'any',
};
