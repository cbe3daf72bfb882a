import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import type { EvaluatedWith } from '@aio/core/definition/schema';
import type { StepCall } from '../step-kind.ts';
import type { LlmProvider, LlmReply } from './provider.ts';

/** Attributes without the prompt. */
export function describeRequest(
  call: Pick<StepCall<EvaluatedWith<'llm'>>, 'workflow' | 'workflowVersion' | 'step' | 'with'>,
  provider: LlmProvider,
  model: string,
): Attributes {
  const { address } = provider;
  const { with: step } = call;
  return {
    [ATTRIBUTES.genAiOperationName]: 'chat',
    [ATTRIBUTES.genAiProviderName]: provider.name,
    [ATTRIBUTES.genAiRequestModel]: model,
    [ATTRIBUTES.genAiRequestMaxTokens]: step.maxTokens,
    [ATTRIBUTES.genAiRequestTemperature]: step.temperature,
    [ATTRIBUTES.genAiRequestStream]: true,
    [ATTRIBUTES.genAiPromptName]: `${call.workflow}/${call.step}`,
    [ATTRIBUTES.genAiPromptVersion]: `${call.workflowVersion}`,
    [ATTRIBUTES.genAiOutputType]: step.schema === undefined ? undefined : 'json',
    [ATTRIBUTES.serverAddress]: address.hostname,
    [ATTRIBUTES.serverPort]: Number(address.port) || (address.protocol === 'https:' ? 443 : 80),
  };
}

export function describeReply(
  { id, model, finishReason, usage }: LlmReply,
  costUsd: number | null,
  timeToFirstTokenMs: number | null,
): Attributes {
  return {
    [ATTRIBUTES.genAiResponseId]: id ?? undefined,
    [ATTRIBUTES.genAiResponseModel]: model ?? undefined,
    [ATTRIBUTES.genAiResponseFinishReasons]: finishReason === null ? undefined : [finishReason],
    [ATTRIBUTES.genAiResponseTimeToFirstChunk]:
      timeToFirstTokenMs === null ? undefined : timeToFirstTokenMs / 1000,
    [ATTRIBUTES.genAiUsageInputTokens]: usage?.inputTokens,
    // By convention, these parts of the other two are left out if they are 0.
    [ATTRIBUTES.genAiUsageCacheReadInputTokens]: usage?.cachedInputTokens || undefined,
    [ATTRIBUTES.genAiUsageCacheWriteInputTokens]: usage?.cacheWriteInputTokens || undefined,
    [ATTRIBUTES.genAiUsageOutputTokens]: usage?.outputTokens,
    [ATTRIBUTES.genAiUsageReasoningOutputTokens]: usage?.reasoningOutputTokens || undefined,
    [ATTRIBUTES.llmCostUsd]: costUsd ?? undefined,
  };
}
