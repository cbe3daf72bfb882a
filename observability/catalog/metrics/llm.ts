import { ERROR_TYPE, LLM_PROVIDERS, MODEL, WORKFLOW } from '../labels.ts';
import type { MetricDefinitions } from '../metric.ts';

export const LLM_METRICS = {
  llmTokens: {
    name: 'aio_llm_tokens_total',
    type: 'counter',
    help: 'Tokens, as counted by the provider. Input tokens are `cached` or `plain`, output tokens are `reasoning` or `plain`.',
    unit: 'tokens',
    labels: {
      workflow: WORKFLOW,
      provider: LLM_PROVIDERS,
      model: MODEL,
      direction: ['input', 'output'],
      type: ['plain', 'cached', 'reasoning'],
    },
    exposedBy: 'worker',
  },
  llmCost: {
    name: 'aio_llm_cost_usd_total',
    type: 'counter',
    help: 'Cost according to the price file. Calls to models without a price add nothing.',
    unit: 'usd',
    labels: { workflow: WORKFLOW, provider: LLM_PROVIDERS, model: MODEL },
    exposedBy: 'worker',
  },
  llmCalls: {
    name: 'aio_llm_calls_total',
    type: 'counter',
    help: 'Calls of all workflows and models that ended. `rate_limited`: the provider refused the call (429). These series exist from the start of the process.',
    unit: 'count',
    labels: { provider: LLM_PROVIDERS, outcome: ['succeeded', 'failed', 'rate_limited'] },
    exposedBy: 'worker',
  },
  llmRequestDuration: {
    name: 'aio_llm_request_duration_seconds',
    type: 'histogram',
    help: 'Time from the call to the last streamed token, or to its failure.',
    unit: 'seconds',
    labels: {
      workflow: WORKFLOW,
      provider: LLM_PROVIDERS,
      model: MODEL,
      outcome: ['succeeded', 'failed'],
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
