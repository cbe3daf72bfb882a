import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/attributes';
import type { EvaluatedWith } from '@aio/core/definition/schema';
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
    [ATTRIBUTES.genAiRequestStream]: true,
    [ATTRIBUTES.genAiOutputType]: step.schema === undefined ? undefined : 'json',
    [ATTRIBUTES.serverAddress]: address.hostname,
    [ATTRIBUTES.serverPort]: Number(address.port) || (address.protocol === 'https:' ? 443 : 80),
  };
}

/** @param startedAt when the request was made, as `firstChunkAt` */
export function describeReply(
  { id, model, finishReason, usage, firstChunkAt }: LlmReply,
  costUsd: number | null,
  startedAt: number,
): Attributes {
  return {
    [ATTRIBUTES.genAiResponseId]: id ?? undefined,
    [ATTRIBUTES.genAiResponseModel]: model ?? undefined,
    [ATTRIBUTES.genAiResponseFinishReasons]: finishReason === null ? undefined : [finishReason],
    [ATTRIBUTES.genAiResponseTimeToFirstChunk]:
      firstChunkAt === null ? undefined : (firstChunkAt - startedAt) / 1000,
    [ATTRIBUTES.genAiUsageInputTokens]: usage?.inputTokens,
    // By convention these are left out when they are 0; they are parts of the other two.
    [ATTRIBUTES.genAiUsageCacheReadInputTokens]: usage?.cachedInputTokens || undefined,
    [ATTRIBUTES.genAiUsageCacheWriteInputTokens]: usage?.cacheWriteInputTokens || undefined,
    [ATTRIBUTES.genAiUsageOutputTokens]: usage?.outputTokens,
    [ATTRIBUTES.genAiUsageReasoningOutputTokens]: usage?.reasoningOutputTokens || undefined,
    [ATTRIBUTES.llmCostUsd]: costUsd ?? undefined,
  };
}
