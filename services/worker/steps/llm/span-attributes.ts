import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/attributes';
import type { EvaluatedWith } from '@aio/core/definition/schema';
import type { Usage } from '../step-kind.ts';
import type { LlmProvider, LlmReply } from './provider.ts';

/** Prompt and answer are not among them. */
export function describeRequest(
  step: EvaluatedWith<'llm'>,
  provider: LlmProvider,
  model: string,
): Attributes {
  const { address } = provider;
  return {
    [ATTRIBUTES.genAiOperationName]: 'chat',
    [ATTRIBUTES.genAiProviderName]: provider.name,
    [ATTRIBUTES.genAiRequestModel]: model,
    [ATTRIBUTES.genAiRequestMaxTokens]: step.maxTokens,
    [ATTRIBUTES.genAiRequestTemperature]: step.temperature,
    [ATTRIBUTES.serverAddress]: address.hostname,
    [ATTRIBUTES.serverPort]: Number(address.port) || (address.protocol === 'https:' ? 443 : 80),
  };
}

export function describeReply(
  reply: LlmReply,
  usage: Usage | null,
  timeToFirstTokenMs: number | null,
): Attributes {
  return {
    [ATTRIBUTES.genAiResponseId]: reply.id ?? undefined,
    [ATTRIBUTES.genAiResponseModel]: reply.model ?? undefined,
    [ATTRIBUTES.genAiResponseFinishReasons]:
      reply.finishReason === null ? undefined : [reply.finishReason],
    [ATTRIBUTES.genAiUsageInputTokens]: usage?.inputTokens,
    [ATTRIBUTES.genAiUsageOutputTokens]: usage?.outputTokens,
    [ATTRIBUTES.llmCostUsd]: usage?.costUsd ?? undefined,
    [ATTRIBUTES.llmTimeToFirstTokenMs]: timeToFirstTokenMs ?? undefined,
  };
}
