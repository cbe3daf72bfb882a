import { LANE_SLOTS } from '@aio/core/definition/kinds/registry';
import { platformVariables } from '@aio/platform/settings/config';
import { type Environment, readEnvironment, type Values } from '@aio/platform/settings/environment';
import { secretsVariables } from '@aio/platform/secrets/keys';
import { profilingToken, telemetryVariables } from '@aio/platform/settings/telemetry-variables';
import {
  choice,
  integer,
  number,
  optionalText,
  port,
  text,
} from '@aio/platform/settings/variables';
import { allowHosts, lanes, modelRates, retention, vendorKey, vendorUrl } from './variables.ts';
import { CONTENT_CAPTURES } from '../steps/llm/content.ts';
import { readPrices } from '../steps/llm/price-file.ts';
import type { Prices } from '../steps/llm/prices.ts';

const workerVariables = {
  ...platformVariables,
  ...telemetryVariables,
  ...secretsVariables,
  profilingToken,
  /** Address that serves /metrics, /health and /ready. */
  host: text('AIO_HOST', { fallback: '127.0.0.1' }),
  metricsPort: port('METRICS_PORT', { fallback: 9465 }),
  /** Lanes that the worker serves, with the slots of each; `none` = it only holds runs. */
  lanes: lanes('WORKER_KINDS', LANE_SLOTS),
  /**
   * Largest share of a lane's slots that one owner holds in this worker, at least one slot; 1 = no limit. A single owner
   * on an idle system cannot use the rest.
   */
  laneOwnerShare: number('LANE_OWNER_SHARE', { min: 0.01, max: 1, fallback: 0.75 }),
  /** Calls of a model by all workers together, such as `openai/gpt-6-luna=60/1m`. Other models have no limit. */
  modelRates: modelRates('LLM_RATE_LIMITS'),
  /** Runs held at once. 200 made smaller commits and 10 % fewer steps per second (npm run bench -- engine). */
  maxRuns: integer('WORKER_MAX_RUNS', { min: 1, max: 100_000, fallback: 400 }),
  /** How long a dead worker's runs stay untouched. */
  leaseMs: integer('WORKER_LEASE_MS', { min: 500, max: 600_000, fallback: 10_000 }),
  /** How long attempts may continue after SIGTERM. */
  graceMs: integer('WORKER_GRACE_MS', { min: 0, max: 18_000, fallback: 15_000 }),
  /** How long runs are kept after they were accepted; null = forever. */
  keepRunsMs: retention('RETENTION_RUNS'),
  /** Private hosts that http steps may call, in addition to the public internet. */
  allowedHosts: allowHosts(),
  /** JSON file of prices of models, over those that AIO ships; null = none. See steps/llm/README.md. */
  pricesFile: optionalText('PRICES_FILE'),
  /** Whether telemetry has prompts and answers, without secrets; see steps/llm/README.md. */
  contentCapture: choice('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', CONTENT_CAPTURES, {
    fallback: 'NO_CONTENT',
  }),
  openaiApiKey: vendorKey('OPENAI_API_KEY'),
  openaiBaseUrl: vendorUrl('OPENAI_BASE_URL', 'https://api.openai.com/v1'),
  anthropicApiKey: vendorKey('ANTHROPIC_API_KEY'),
  anthropicBaseUrl: vendorUrl('ANTHROPIC_BASE_URL', 'https://api.anthropic.com'),
};

export type WorkerConfig = Values<typeof workerVariables> & {
  /** The prices that AIO ships, under those of `pricesFile`. */
  prices: Prices;
};

/** @throws EnvironmentError naming every variable that is missing or wrong, or the faults of the price file */
export function readWorkerConfig(env: Environment): WorkerConfig {
  const values = readEnvironment(workerVariables, env);
  return { ...values, prices: readPrices(values.pricesFile) };
}
