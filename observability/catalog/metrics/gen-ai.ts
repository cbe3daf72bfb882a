/**
 * Client metrics of semantic-conventions-genai 0.1.0, in Prometheus' spelling. `workflow` is ours. The conventions also
 * know the address of the server and the model that answered, which one deployment rarely varies; spans have them.
 */
import { ERROR_TYPE, LLM_PROVIDERS, MODEL, WORKFLOW } from './labels.ts';
import type { MetricDefinitions } from './metric.ts';

const CALL = {
  gen_ai_operation_name: ['chat'],
  gen_ai_provider_name: LLM_PROVIDERS,
  gen_ai_request_model: MODEL,
} as const;
/** Vendors count no modalities. AIO sends and asks for text only; `unknown` = the vendor did not count. */
const TOKENS = {
  type: 'counter',
  unit: 'tokens',
  labels: { workflow: WORKFLOW, ...CALL, gen_ai_token_modality: ['text', 'unknown'] },
  upTo: 70,
  exposedBy: 'worker',
} as const;
/** The bounds of the conventions. */
const BUCKETS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
] as const;

export const GEN_AI_METRICS = {
  genAiDuration: {
    name: 'gen_ai_client_inference_duration_seconds',
    type: 'histogram',
    help: 'Time from the call to the end of the answer, or to its failure or cancel. Without `error_type`, the call succeeded; `cancelled` and `worker_stopping` are no failures.',
    unit: 'seconds',
    labels: { workflow: WORKFLOW, ...CALL, error_type: { ...ERROR_TYPE, isOptional: true } },
    upTo: 48,
    // Calls may take minutes.
    buckets: [...BUCKETS, 163.84, 327.68],
    exemplars: true,
    exposedBy: 'worker',
  },
  genAiFirstChunk: {
    name: 'gen_ai_client_inference_time_to_first_chunk_seconds',
    type: 'histogram',
    help: 'Time from the call to the first chunk with content, which is the first token.',
    unit: 'seconds',
    labels: CALL,
    upTo: 12,
    buckets: BUCKETS,
    exemplars: true,
    exposedBy: 'worker',
  },
  genAiOutputChunk: {
    name: 'gen_ai_client_inference_time_per_output_chunk_seconds',
    type: 'histogram',
    help: 'Time from one chunk with content to the next.',
    unit: 'seconds',
    labels: CALL,
    upTo: 12,
    buckets: BUCKETS,
    exemplars: false,
    exposedBy: 'worker',
  },
  genAiInputTokens: {
    ...TOKENS,
    name: 'gen_ai_client_inference_usage_input_tokens_total',
    help: 'Tokens of prompts, as counted by the provider, with those read from and written to its cache.',
  },
  genAiCacheReadTokens: {
    ...TOKENS,
    name: 'gen_ai_client_inference_usage_cache_read_input_tokens_total',
    help: 'Input tokens that the provider read from its cache.',
  },
  genAiCacheWriteTokens: {
    ...TOKENS,
    name: 'gen_ai_client_inference_usage_cache_write_input_tokens_total',
    help: 'Input tokens that the provider wrote to its cache.',
  },
  genAiOutputTokens: {
    ...TOKENS,
    name: 'gen_ai_client_inference_usage_output_tokens_total',
    help: 'Tokens of answers, as counted by the provider, with those of reasoning.',
  },
  genAiReasoningTokens: {
    ...TOKENS,
    name: 'gen_ai_client_inference_usage_reasoning_output_tokens_total',
    help: 'Output tokens of reasoning, which are not part of the answer.',
  },
} as const satisfies MetricDefinitions;
