import { STEP_KIND_NAMES, stepKind } from '@aio/core/definition/kinds/registry';
import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { createDatabaseClock, type DatabaseClock } from '@aio/platform/postgres/database-clock';
import { createEngineStorage } from '@aio/platform/postgres/engine-storage';
import { requireMigrated } from '@aio/platform/postgres/migrate';
import { requireStatementTimeout } from '@aio/platform/postgres/pooler';
import type { Probes } from '@aio/platform/probes';
import { findSiblingVersion } from '@aio/platform/queries/workflows/find-version';
import { tieClock } from '@aio/platform/queries/tie-clock';
import { removeWorker } from '@aio/platform/queries/queues/workers';
import { requireNoEviction } from '@aio/platform/redis/redis';
import { subscribeChanges } from '@aio/platform/queues/run-changes';
import { requireSecretsKeys } from '@aio/platform/secrets/keys';
import type { QueueTracing } from '@aio/platform/queues/work-queues';
import { logEvent } from '@aio/runtime/log-event';
import type { Logger } from '@aio/runtime/logger';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import { sampledTraceId } from '@aio/runtime/trace-context';
import type { Tracing } from '@aio/runtime/tracing';
import { type Connections, openConnections } from './connections.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import type { Observer } from './engine/observer.ts';
import { createPlans } from './engine/plans.ts';
import { createSecretReader } from './engine/secret-reader.ts';
import { createThroughput, type Throughput } from './engine/throughput.ts';
import { whileAway } from './while-away.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createQueueWorkers } from './queue-workers.ts';
import { startRetention } from './retention.ts';
import type { WorkerConfig } from './settings/config.ts';
import { createStepKinds } from './steps/registry.ts';
import { collectGauges } from './telemetry/gauges.ts';
import { createRecorders } from './telemetry/call-metrics.ts';
import { createObserver } from './telemetry/telemetry.ts';

export interface WorkerProcess {
  readonly probes: Probes;
  /** Waits until the database answers, then takes jobs. */
  start(): Promise<void>;
  /** Takes no more jobs, gives attempts the grace to end, releases the rest, and closes. */
  stop(): Promise<void>;
}

interface WorkerDeps {
  id: string;
  version: string;
  config: WorkerConfig;
  log: Logger;
  registry: MetricsRegistry<'worker'>;
  tracing: Tracing;
  /** null = jobs are not traced. */
  queueTracing: QueueTracing | null;
}

/** Creates a worker with all its parts. */
export function createWorker(deps: WorkerDeps): WorkerProcess {
  const { id, version, config, log, registry, tracing, queueTracing } = deps;
  const { redisUrl, prefix, lanes, leaseMs } = config;
  const { metrics } = registry;
  const connections = openConnections({ config, log, metrics, tracing, queueTracing });
  const { db, probes } = connections;
  const observer = createObserver({ metrics, tracing, log, workerId: id });
  const clock = createDatabaseClock();
  const throughput = createThroughput();
  const parts = { connections, observer, clock, throughput };
  const engine = buildEngine(deps, parts);
  const queueWorkers = createQueueWorkers({
    config,
    engine,
    queueTracing,
    onFailure: (error) => observer.troubled('process a job', error),
  });
  const slots = [...lanes.values()].reduce((sum, ofLane) => sum + ofLane, 0);
  const kinds = servedKinds(lanes);
  const heartbeat = createHeartbeat({
    worker: { id, version, kinds, lanes: Object.fromEntries(lanes), slots, leaseMs },
    db,
    engine,
    throughput,
    queueWorkers,
    observer,
  });
  let subscription: { close(): Promise<void> } | null = null;
  let retention: { close(): Promise<void> } | null = null;

  collectGauges(registry, { db, probes, engine, slots });

  return {
    probes,

    async start() {
      await requireNoEviction(redisUrl);
      await untilDatabaseFits(deps, parts);
      await heartbeat.start();
      subscription = subscribeChanges({ redisUrl, prefix, onChange: engine.changed });
      engine.startReconciler();
      const onTrouble = observer.troubled;
      retention = startRetention({ db, config, log, onTrouble });
      queueWorkers.start();
    },

    async stop() {
      await Promise.all([heartbeat.drain(), queueWorkers.pause()]);
      await Promise.all([engine.stop(config.graceMs), retention?.close()]);
      heartbeat.stop();
      await queueWorkers.close();
      await signOff(deps, connections);
      await subscription?.close();
      await connections.close();
    },
  };
}

/** What the engine is made of, without its settings. */
interface Parts {
  connections: Connections;
  observer: Observer;
  clock: DatabaseClock;
  throughput: Throughput;
}

function buildEngine({ id, config, registry, tracing }: WorkerDeps, parts: Parts): Engine {
  const { connections, observer, clock, throughput } = parts;
  const { db, queues, changes, liveTexts, rates, agent, guardedAgent } = connections;
  const storage = createEngineStorage(db);
  const plans = createPlans(storage);
  return createEngine({
    workerId: id,
    leaseMs: config.leaseMs,
    maxRuns: config.maxRuns,
    db,
    storage,
    clock,
    plans,
    rates,
    throughput,
    secrets: createSecretReader({ db, keys: config.secretsKeys, onTrouble: observer.troubled }),
    observer,
    queues,
    changes,
    liveTexts,
    kinds: createStepKinds({
      agent,
      guardedAgent,
      tracing,
      openai: { apiKey: config.openaiApiKey, baseUrl: config.openaiBaseUrl },
      anthropic: { apiKey: config.anthropicApiKey, baseUrl: config.anthropicBaseUrl },
      prices: config.prices,
      contentCapture: config.contentCapture,
      ...createRecorders(registry.metrics, (context) => sampledTraceId(context)),
      findVersion: (workflowId, name, version) => findSiblingVersion(db, workflowId, name, version),
      readPlan: plans.get,
    }),
  });
}

/** The kinds of steps that a worker with these lanes executes. */
function servedKinds(lanes: ReadonlyMap<string, number>): string[] {
  return STEP_KIND_NAMES.filter((kind) => {
    const { lane } = stepKind(kind);
    return lane === DEFAULT_LANE || lanes.has(lane);
  });
}

/** Waits until the database answers. @throws if its schema, settings or secrets do not fit this worker */
async function untilDatabaseFits(
  { config, log }: WorkerDeps,
  { connections: { db }, clock }: Pick<Parts, 'connections' | 'clock'>,
): Promise<void> {
  let isLogged = false;
  const check = async () => {
    await requireMigrated(db);
    await requireStatementTimeout(db);
    await tieClock(db, clock);
    await requireSecretsKeys(db, config.secretsKeys);
  };
  await whileAway(check, {
    onOutage(error) {
      if (!isLogged) logEvent(log, 'databaseAway', { err: error });
      isLogged = true;
    },
  });
}

/** Removes the worker's row, so that the worker does not count as lost. */
async function signOff({ id, log }: WorkerDeps, { db }: Connections): Promise<void> {
  try {
    await removeWorker(db, id);
  } catch (error) {
    const message = 'The worker could not sign off, so it counts as lost for an hour';
    logEvent(log, 'engineTroubled', { err: error, what: 'sign off' }, { message });
  }
}
