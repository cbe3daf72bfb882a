import { ERROR_TYPE, LLM_PROVIDERS, MODEL, WORKFLOW } from './labels.ts';
import type { MetricDefinitions } from './metric.ts';

export const LLM_METRICS = {
  llmTokens: {
    name: 'aio_llm_tokens_total',
    type: 'counter',
    help: 'Tokens, as counted by the provider. Input tokens are `cached`, `cache_write` or `plain`, output tokens are `reasoning` or `plain`.',
    unit: 'tokens',
    labels: {
      workflow: WORKFLOW,
      provider: LLM_PROVIDERS,
      model: MODEL,
      direction: ['input', 'output'],
      type: ['plain', 'cached', 'cache_write', 'reasoning'],
    },
    exposedBy: 'worker',
  },
  llmCost: {
    name: 'aio_llm_cost_usd_total',
    type: 'counter',
    help: 'Cost according to the price file, as a floating-point number; PostgreSQL has the exact cost. Calls of unknown price add nothing: see `aio_llm_unpriced_calls_total`.',
    unit: 'usd',
    labels: { workflow: WORKFLOW, provider: LLM_PROVIDERS, model: MODEL },
    exposedBy: 'worker',
  },
  llmUnpricedCalls: {
    name: 'aio_llm_unpriced_calls_total',
    type: 'counter',
    help: 'Calls of unknown price: the price file lacks the model or its service tier, the answer broke off, or the provider did not count the tokens.',
    unit: 'count',
    labels: { provider: LLM_PROVIDERS, model: MODEL },
    exposedBy: 'worker',
  },
  llmCalls: {
    name: 'aio_llm_calls_total',
    type: 'counter',
    help: 'Calls of all workflows and models that ended. `rate_limited`: the provider refused the call (429). `cancelled`: its step was cancelled, or its worker stopped. These series exist from the start of the process.',
    unit: 'count',
    labels: {
      provider: LLM_PROVIDERS,
      outcome: ['succeeded', 'failed', 'rate_limited', 'cancelled'],
    },
    exposedBy: 'worker',
  },
  llmRequestDuration: {
    name: 'aio_llm_request_duration_seconds',
    type: 'histogram',
    help: 'Time from the call to the last streamed token, or to its failure or cancel.',
    unit: 'seconds',
    labels: {
      workflow: WORKFLOW,
      provider: LLM_PROVIDERS,
      model: MODEL,
      outcome: ['succeeded', 'failed', 'cancelled'],
    },
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 60, 120, 300],
    exemplars: true,
    exposedBy: 'worker',
  },
  llmTimeToFirstToken: {
    name: 'aio_llm_time_to_first_token_seconds',
    type: 'histogram',
    help: 'Time from the call to the first streamed token.',
    unit: 'seconds',
    labels: { provider: LLM_PROVIDERS, model: MODEL },
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 5, 10, 30],
    exemplars: true,
    exposedBy: 'worker',
  },
  llmErrors: {
    name: 'aio_llm_errors_total',
    type: 'counter',
    help: 'Failed calls, by error code.',
    unit: 'count',
    labels: { provider: LLM_PROVIDERS, model: MODEL, error_type: ERROR_TYPE },
    exposedBy: 'worker',
  },
} as const satisfies MetricDefinitions;
