import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@aio/runtime/logger';
import { sampledTraceId } from '@aio/runtime/trace-context';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import { observeDatabase } from '@aio/runtime/observe-database';
import type { Tracing } from '@aio/runtime/tracing';
import { isUnavailable } from '@aio/platform/database-error';
import { requireMigrated } from '@aio/platform/migrate';
import { createDatabaseClock } from '@aio/platform/database-clock';
import { createPool } from '@aio/platform/pool';
import { createProbes } from '@aio/platform/probes';
import type { Probes } from '@aio/platform/probes';
import { findSiblingVersion } from '@aio/platform/queries/find-version';
import { readOtherWorkers } from '@aio/platform/queries/engine/other-workers';
import { tieClock } from '@aio/platform/queries/tie-clock';
import { readPausedLanes } from '@aio/platform/queries/lanes';
import { removeWorker, reportWorker } from '@aio/platform/queries/workers';
import { requireNoEviction } from '@aio/platform/redis';
import { requireSecretsKeys } from '@aio/platform/secrets/require-keys';
import { createSignalSender, subscribeSignals } from '@aio/platform/signals';
import { listenToWakeUps } from '@aio/platform/wake-up-listener';
import type { WakeUpListener } from '@aio/platform/wake-up-listener';
import { createWakeUps } from '@aio/platform/wake-ups';
import { LANES, STEP_KIND_NAMES, stepKind } from '@aio/core/definition/kinds/registry';
import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { v7 as uuidv7 } from 'uuid';
import { createAftermath } from './aftermath.ts';
import { createBegunWords } from './begun-words.ts';
import type { WorkerConfig } from './config.ts';
import { createEngine } from './engine/engine.ts';
import { createPlans } from './engine/plans.ts';
import { createSlots } from './engine/slots.ts';
import { createRecorder } from './llm-metrics.ts';
import { startReconciler } from './reconciler.ts';
import { rangeLabel } from './range-label.ts';
import { createSecretReader } from './secret-reader.ts';
import { createGuardedAgent, createHttpAgent } from './steps/http-agent.ts';
import { createStepKinds } from './steps/registry.ts';
import { createObserver } from './telemetry.ts';

const POOL_SIZE = 8;
const HEARTBEAT_MS = 2000;
const DATABASE_RETRY_MS = 1000;

export interface WorkerProcess {
  readonly probes: Probes;
  /** Waits for the database if it is away, then takes wake-ups. */
  start(metricsPort: number): Promise<void>;
  /** Takes no more, lets running steps end within the grace, hands the rest back, closes. */
  stop(): Promise<void>;
}

/** All parts of a worker, put together. */
export function createWorker(deps: {
  id: string;
  version: string;
  config: WorkerConfig;
  log: Logger;
  registry: MetricsRegistry<'worker'>;
  tracing: Tracing;
}): WorkerProcess {
  const { id, config, log, registry, tracing } = deps;
  const { metrics } = registry;
  const { databaseUrl, redisUrl, prefix } = config;
  const db = createPool({
    databaseUrl,
    max: POOL_SIZE,
    applicationName: 'aio-worker',
    // Each connection planned each variant of a commit six times anew: up to 1.5 ms instead of 0.06.
    planOnce: true,
    observe: observeDatabase({ metrics, tracing }),
    onError: (error) => log.warn({ err: error }, 'A connection to the database broke'),
  });
  const wakeUps = createWakeUps({
    redisUrl,
    prefix,
    onOutage: (error) =>
      log.warn({ err: error }, 'Redis is away; wake-ups are sent when it is back'),
    onRecovery: () => log.info('Redis is back'),
  });
  const probes = createProbes({ databaseUrl, redisUrl });
  const agent = createHttpAgent();
  const guardedAgent = createGuardedAgent({
    allowed: config.allowedHosts,
    onRefused: (range) => metrics.addressesRefused.inc({ range: rangeLabel(range) }),
  });
  const observer = createObserver({ metrics, tracing, log, workerId: id });
  const signalSender = createSignalSender({ redisUrl, prefix });
  const plans = createPlans(db);
  const clock = createDatabaseClock();
  const { lanes } = config;
  const slots = createSlots({
    total: config.slots,
    lanes: lanes && new Map([...lanes, [DEFAULT_LANE, null]]),
  });
  const ring = () => void wakeUps.ring();
  const signal = (runId: string) => void signalSender.publish(runId);
  const tell = (runId: string) => void signalSender.publishTold(runId);
  const aftermath = createAftermath({
    db,
    changed(runIds) {
      if (runIds.length === 0) return;
      for (const runId of runIds) signal(runId);
      ring();
    },
    cancelled: observer.runsCancelled,
    onError: observer.troubled,
  });
  const engine = createEngine({
    db,
    workerId: id,
    leaseMs: config.leaseMs,
    maxRuns: config.maxRuns,
    lanes: LANES,
    capacity: (lane) =>
      slots.serves(lane) ? Math.min(config.slots, lanes?.get(lane) ?? config.slots) : 0,
    slots,
    clock,
    plans,
    secrets: createSecretReader({ db, keys: config.secretsKeys, onTrouble: observer.troubled }),
    observer,
    kinds: createStepKinds({
      agent,
      guardedAgent,
      tracing,
      openai: { apiKey: config.openaiApiKey, baseUrl: config.openaiBaseUrl },
      anthropic: { apiKey: config.anthropicApiKey, baseUrl: config.anthropicBaseUrl },
      onLlmCall: createRecorder(metrics, (context) => sampledTraceId(context)),
      findVersion: (workflowId, name, version) => findSiblingVersion(db, workflowId, name, version),
      readPlan: plans.get,
    }),
    ring,
    signal,
    tell,
    begun: createBegunWords((runIds) => void signalSender.publishBegun(runIds)),
    announce: () => void signalSender.publishOffered(id),
    ...aftermath,
    newId: uuidv7,
  });
  let state: 'running' | 'draining' = 'running';
  let metricsUrl: string | null = null;
  let listener: WakeUpListener | null = null;
  let reconciler: { close(): Promise<void> } | null = null;
  let heartbeat: NodeJS.Timeout | null = null;
  let signals: { close(): Promise<void> } | null = null;

  registry.collect(
    ['workerSlots', 'workerRunsHeld', 'databasePoolConnections', 'databasePoolWaiting'],
    () => {
      const { active, idle, waiting } = db.connections();
      const used = slots.used();
      return {
        workerSlots: [
          { labels: { state: 'used' }, value: used },
          { labels: { state: 'free' }, value: Math.max(0, config.slots - used) },
        ],
        workerRunsHeld: [{ labels: {}, value: engine.heldRuns() }],
        databasePoolConnections: [
          { labels: { state: 'active' }, value: active },
          { labels: { state: 'idle' }, value: idle },
        ],
        databasePoolWaiting: [{ labels: {}, value: waiting }],
      };
    },
  );
  registry.collect(['dependencyUp'], async () => {
    const { components } = await probes.check();
    return {
      dependencyUp: Object.entries(components).map(([dependency, status]) => ({
        labels: { dependency: dependency as 'database' | 'redis' },
        value: status === 'ok' ? 1 : 0,
      })),
    };
  });

  async function lookAtLanes(): Promise<void> {
    try {
      const paused = await readPausedLanes(db);
      if (state === 'running') slots.hold(paused);
    } catch (error) {
      observer.troubled('looking at paused lanes', error);
    }
  }

  /** Lanes were paused or resumed, or a worker has come. */
  async function lookAround(): Promise<void> {
    await lookAtLanes();
    try {
      engine.othersAre(await readOtherWorkers(db, id));
    } catch (error) {
      observer.troubled('looking at other workers', error);
    }
  }

  async function report(): Promise<void> {
    try {
      await lookAround();
      await reportWorker(db, {
        id,
        host: hostname(),
        pid: process.pid,
        version: deps.version,
        kinds: STEP_KIND_NAMES.filter((kind) => slots.serves(stepKind(kind).lane)),
        slots: config.slots,
        slotsUsed: slots.used(),
        runsHeld: engine.heldRuns(),
        state,
        metricsUrl,
      });
    } catch (error) {
      observer.troubled('telling that this worker is alive', error);
    }
  }

  return {
    probes,

    async start(metricsPort) {
      metricsUrl = `http://${config.host}:${metricsPort}/metrics`;
      await requireNoEviction(redisUrl);
      await untilDatabaseFits();
      if (state === 'draining') return;
      await report();
      heartbeat = setInterval(() => void report(), HEARTBEAT_MS);
      signals = subscribeSignals({
        redisUrl,
        prefix,
        onRunId: (runId) => engine.signalled(runId),
        onTold: (runId) => engine.told(runId),
        onOffered: (workerId) => {
          if (workerId !== id) engine.stepsOffered();
        },
        onFresh: (run) => engine.submitted(run),
        onLanes: () => void lookAround().then(() => engine.stepsOffered()),
      });
      // The others offer it steps from now on, and not when they are heard of next.
      void signalSender.publishLanes();
      reconciler = startReconciler({
        db,
        look: () => Promise.all([engine.look('clock'), engine.lookAtHanded()]),
        sweep: aftermath.sweep,
        ring,
        onError: observer.troubled,
      });
      listener = listenToWakeUps({
        redisUrl,
        prefix,
        onRing: () => engine.rung(),
      });
    },

    async stop() {
      state = 'draining';
      await Promise.all([report(), listener?.pause(), reconciler?.close()]);
      await engine.stop(config.graceMs);
      if (heartbeat) clearInterval(heartbeat);
      await listener?.close();
      await removeWorker(db, id).catch(() => undefined);
      await Promise.all([
        wakeUps.close(),
        signals?.close(),
        signalSender.close(),
        probes.close(),
        agent.close(),
        guardedAgent.close(),
      ]);
      await db.close();
    },
  };

  /** It has the schema of this code, and no secrets under keys that were not given. */
  async function untilDatabaseFits(): Promise<void> {
    for (let told = false; state === 'running'; told = true) {
      try {
        await requireMigrated(db);
        await tieClock(db, clock);
        await requireSecretsKeys(db, config.secretsKeys);
        return;
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        if (!told) log.warn({ err: error }, 'The database is away; the worker waits for it');
        await sleep(DATABASE_RETRY_MS);
      }
    }
  }
}
