import { LLM_PROVIDERS, MODEL, WORKFLOW } from './labels.ts';
import type { MetricDefinitions } from './metric.ts';

/** What OpenTelemetry's conventions do not have. The rest is in `gen-ai.ts`. */
export const LLM_METRICS = {
  llmCost: {
    name: 'aio_llm_cost_usd_total',
    type: 'counter',
    help: 'Cost in USD, a double, from the prices of the table. Calls of unknown price add nothing: see `aio_llm_unpriced_calls_total`.',
    unit: 'usd',
    labels: { workflow: WORKFLOW, provider: LLM_PROVIDERS, model: MODEL },
    upTo: 200,
    exposedBy: 'worker',
  },
  llmUnpricedCalls: {
    name: 'aio_llm_unpriced_calls_total',
    type: 'counter',
    help: 'Calls of unknown price: the price file lacks the model, the answer broke off, or the provider did not count the tokens.',
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
} as const satisfies MetricDefinitions;
