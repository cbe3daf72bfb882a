import { platformVariables } from '@aio/platform/config';
import type { Environment, Values } from '@aio/platform/environment';
import { readEnvironment } from '@aio/platform/environment';
import { telemetryVariables } from '@aio/platform/telemetry-variables';
import { define, integer, optionalText, port, text, url } from '@aio/platform/variables';
import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { isStepKind, STEP_KIND_NAMES, stepKind } from '@aio/core/definition/kinds/registry';

const workerVariables = {
  ...platformVariables,
  ...telemetryVariables,
  /** Where /metrics, /health and /ready are served. */
  host: text('AIO_HOST', { fallback: '127.0.0.1' }),
  metricsPort: port('METRICS_PORT', { fallback: 9465 }),
  /** Steps executed at once. */
  slots: integer('WORKER_SLOTS', { min: 1, max: 10_000, fallback: 64 }),
  /** Lanes whose steps it executes, with the lane's own limit (null = none); null = all of them. */
  lanes: lanes('WORKER_KINDS'),
  /** Runs held at once. */
  maxRuns: integer('WORKER_MAX_RUNS', { min: 1, max: 100_000, fallback: 200 }),
  leaseMs: integer('WORKER_LEASE_MS', { min: 500, max: 600_000, fallback: 10_000 }),
  /** How long running steps may go on after SIGTERM. */
  graceMs: integer('WORKER_GRACE_MS', { min: 0, max: 18_000, fallback: 15_000 }),
  openaiApiKey: optionalText('OPENAI_API_KEY', { secret: true }),
  openaiBaseUrl: url('OPENAI_BASE_URL', {
    protocols: ['http', 'https'],
    fallback: 'https://api.openai.com/v1',
  }),
  anthropicApiKey: optionalText('ANTHROPIC_API_KEY', { secret: true }),
  anthropicBaseUrl: url('ANTHROPIC_BASE_URL', {
    protocols: ['http', 'https'],
    fallback: 'https://api.anthropic.com',
  }),
};

export type WorkerConfig = Values<typeof workerVariables>;

/** @throws EnvironmentError naming every variable that is missing or wrong */
export function readWorkerConfig(env: Environment): WorkerConfig {
  return readEnvironment(workerVariables, env);
}

/** Kinds that take a slot have a lane of their own name. */
const LIMITED = STEP_KIND_NAMES.filter((kind) => stepKind(kind).lane !== DEFAULT_LANE);

/** `http:32,llm` = at most 32 http steps at once, and llm steps as WORKER_SLOTS allows. */
function lanes(name: string) {
  const expected = `some of ${LIMITED.join(', ')}, separated by commas, each with a limit if it has one, like ${LIMITED[0]}:32`;
  return define<ReadonlyMap<string, number | null> | null>(
    name,
    expected,
    { fallback: null },
    (given) => {
      const parsed = new Map<string, number | null>();
      for (const part of given.split(',')) {
        const match = /^([a-z]+)(?::([1-9]\d{0,4}))?$/.exec(part.trim());
        if (!match || !isStepKind(match[1]) || !LIMITED.includes(match[1])) return undefined;
        parsed.set(match[1], match[2] === undefined ? null : Number(match[2]));
      }
      return parsed;
    },
  );
}
