import { LANE_SLOTS } from '@aio/core/definition/kinds/registry';
import { platformVariables } from '@aio/platform/config';
import type { Environment, Values } from '@aio/platform/environment';
import { readEnvironment } from '@aio/platform/environment';
import { outputVariables } from '@aio/platform/outputs/output-variables';
import { secretsVariables } from '@aio/platform/secrets/keys';
import { profilingToken, telemetryVariables } from '@aio/platform/telemetry-variables';
import { integer, optionalText, port, text } from '@aio/platform/variables';
import { allowHosts } from './allow-hosts-variable.ts';
import { lanes } from './lanes-variable.ts';
import { modelRates } from './rates-variable.ts';
import { retention } from './retention-variable.ts';
import { vendorKey, vendorUrl } from './vendor-variables.ts';

const workerVariables = {
  ...platformVariables,
  ...telemetryVariables,
  ...secretsVariables,
  ...outputVariables,
  profilingToken,
  /** Where /metrics, /health and /ready are served. */
  host: text('AIO_HOST', { fallback: '127.0.0.1' }),
  metricsPort: port('METRICS_PORT', { fallback: 9465 }),
  /** Lanes whose steps it executes, and how many of each at once. */
  lanes: lanes('WORKER_KINDS', LANE_SLOTS),
  /** Calls of a model by all workers together; a model that is not named has no limit. */
  modelRates: modelRates('LLM_RATE_LIMITS'),
  /** Runs held at once. With 200, commits of chains were smaller, and steps per second 10 % fewer. */
  maxRuns: integer('WORKER_MAX_RUNS', { min: 1, max: 100_000, fallback: 400 }),
  leaseMs: integer('WORKER_LEASE_MS', { min: 500, max: 600_000, fallback: 10_000 }),
  /** How long running steps may go on after SIGTERM. */
  graceMs: integer('WORKER_GRACE_MS', { min: 0, max: 18_000, fallback: 15_000 }),
  /** How long runs are kept, by the time at which they were accepted; null = for ever. */
  keepRunsMs: retention('RETENTION_RUNS'),
  /** Gets the tables of runs before they are dropped; null = nobody does. */
  archiveCommand: optionalText('RETENTION_ARCHIVE_COMMAND'),
  /** Private hosts that http steps may ask; anything public they may ask anyway. */
  allowedHosts: allowHosts(),
  openaiApiKey: vendorKey('OPENAI_API_KEY'),
  openaiBaseUrl: vendorUrl('OPENAI_BASE_URL', 'https://api.openai.com/v1'),
  anthropicApiKey: vendorKey('ANTHROPIC_API_KEY'),
  anthropicBaseUrl: vendorUrl('ANTHROPIC_BASE_URL', 'https://api.anthropic.com'),
};

export type WorkerConfig = Values<typeof workerVariables>;

/** @throws EnvironmentError naming every variable that is missing or wrong */
export function readWorkerConfig(env: Environment): WorkerConfig {
  return readEnvironment(workerVariables, env);
}
