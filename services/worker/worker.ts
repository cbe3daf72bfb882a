import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@aio/runtime/logger';
import { sampledTraceId, withoutTrace } from '@aio/runtime/trace-context';
import type { MetricsRegistry } from '@aio/runtime/metrics';
import { observeDatabase } from '@aio/runtime/observe-database';
import type { Tracing } from '@aio/runtime/tracing';
import { isUnavailable } from '@aio/platform/database-error';
import { requireMigrated } from '@aio/platform/migrate';
import { createDatabaseClock } from '@aio/platform/database-clock';
import { createEngineStorage } from '@aio/platform/engine-storage';
import { createStoredOutputs } from '@aio/platform/outputs/stored-outputs';
import { createPool } from '@aio/platform/pool';
import { requireStatementTimeout } from '@aio/platform/pooler';
import { createProbes, type Probes } from '@aio/platform/probes';
import { findSiblingVersion } from '@aio/platform/queries/find-version';
import { tieClock } from '@aio/platform/queries/tie-clock';
import { listWorkflowNames } from '@aio/platform/queries/list-workflows';
import { removeWorker, reportWorker } from '@aio/platform/queries/workers';
import { requireNoEviction } from '@aio/platform/redis';
import { requireSecretsKeys } from '@aio/platform/secrets/keys';
import { type QueueWorker, startQueueWorker } from '@aio/platform/queue-worker';
import { createResourceRates } from '@aio/platform/resource-rates';
import { createChangePublisher, subscribeChanges } from '@aio/platform/run-changes';
import { createWorkQueues, type QueueTracing } from '@aio/platform/work-queues';
import { STEP_KIND_NAMES, stepKind } from '@aio/core/definition/kinds/registry';
import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { queueOf, RUN_QUEUE, type RunJob, type StepJob } from '@aio/core/run/jobs';
import { logEvent } from '@aio/runtime/log-event';
import type { WorkerConfig } from './settings/config.ts';
import { createEngine } from './engine/engine.ts';
import { collectGauges } from './telemetry/gauges.ts';
import { createRecorder } from './telemetry/llm-metrics.ts';
import { createPlans } from './engine/plans.ts';
import { rangeLabel } from './telemetry/range-label.ts';
import { startRetention } from './retention.ts';
import { createSecretReader } from './engine/secret-reader.ts';
import { createGuardedAgent, createHttpAgent } from './steps/http-agent.ts';
import { createLongAnswers } from './steps/long-answers.ts';
import { createStepKinds } from './steps/registry.ts';
import { createObserver } from './telemetry/telemetry.ts';
import { createThroughput } from './engine/throughput.ts';

const POOL_SIZE = 8;
const HEARTBEAT_MS = 2000;
/** The newest workflows get metric series at zero; others get them at their first claim. */
const NEWEST_WORKFLOWS = 20;
const DATABASE_RETRY_MS = 1000;

export interface WorkerProcess {
  readonly probes: Probes;
  /** Waits until the database answers, then takes jobs. */
  start(metricsPort: number): Promise<void>;
  /** Takes no more jobs, gives attempts the grace to end, releases the rest, and closes. */
  stop(): Promise<void>;
}

/** Creates a worker with all its parts. */
export function createWorker(deps: {
  id: string;
  version: string;
  config: WorkerConfig;
  log: Logger;
  registry: MetricsRegistry<'worker'>;
  tracing: Tracing;
  /** null = jobs are not traced. */
  queueTracing: QueueTracing | null;
}): WorkerProcess {
  const { id, config, log, registry, tracing } = deps;
  const { metrics } = registry;
  const { databaseUrl, databasePooler: pooler, redisUrl, prefix } = config;
  const db = createPool({
    databaseUrl,
    pooler,
    max: POOL_SIZE,
    applicationName: 'aio-worker',
    // Otherwise PostgreSQL plans each variant of a commit six times per connection: up to 1.5 ms instead of 0.06.
    planOnce: true,
    observe: observeDatabase({ metrics, tracing }),
    onError: (error) => logEvent(log, 'connectionBroke', { err: error }),
  });
  const queues = createWorkQueues({
    // The counts serve all jobs sent together, so they belong to no trace.
    db: { query: (query) => withoutTrace(() => db.query(query)) },
    redisUrl,
    prefix,
    ...(deps.queueTracing && { tracing: deps.queueTracing }),
    onOutage: (error) => logEvent(log, 'redisAway', { err: error }),
    onRecovery: () => logEvent(log, 'redisBack', {}),
  });
  const probes = createProbes({ databaseUrl, pooler, redisUrl, prefix });
  const agent = createHttpAgent();
  const guardedAgent = createGuardedAgent({
    allowed: config.allowedHosts,
    onRefused: (range) => metrics.addressesRefused.inc({ range: rangeLabel(range) }),
  });
  const longAnswers = createLongAnswers();
  const observer = createObserver({ metrics, tracing, log, workerId: id });
  const changes = createChangePublisher({ redisUrl, prefix });
  const rates = createResourceRates({ redisUrl, prefix, rates: config.modelRates });
  const storage = createEngineStorage(db);
  const stored = createStoredOutputs({
    ...config,
    onOperation: (operation, outcome, ms) =>
      metrics.outputStoreDuration.observe({ operation, outcome }, ms / 1000),
  });
  const plans = createPlans(storage);
  const clock = createDatabaseClock();
  const throughput = createThroughput();
  const { lanes } = config;
  const slots = [...lanes.values()].reduce((sum, ofLane) => sum + ofLane, 0);
  const engine = createEngine({
    workerId: id,
    leaseMs: config.leaseMs,
    maxRuns: config.maxRuns,
    db,
    storage,
    stored,
    clock,
    plans,
    rates,
    throughput,
    secrets: createSecretReader({ db, keys: config.secretsKeys, onTrouble: observer.troubled }),
    observer,
    queues,
    changes,
    kinds: createStepKinds({
      agent,
      guardedAgent,
      longAnswers,
      tracing,
      openai: { apiKey: config.openaiApiKey, baseUrl: config.openaiBaseUrl },
      anthropic: { apiKey: config.anthropicApiKey, baseUrl: config.anthropicBaseUrl },
      prices: config.prices,
      onLlmCall: createRecorder(metrics, (context) => sampledTraceId(context)),
      findVersion: (workflowId, name, version) => findSiblingVersion(db, workflowId, name, version),
      readPlan: plans.get,
    }),
  });
  // Three heartbeats per lease, so that one may fail.
  const beatMs = Math.min(HEARTBEAT_MS, config.leaseMs / 3);
  let state: 'running' | 'draining' = 'running';
  let isAway = false;
  let reports = 0;
  /** Number of the latest report that the database answered. */
  let answered = 0;
  let metricsUrl: string | null = null;
  let workers: QueueWorker[] = [];
  let heartbeat: NodeJS.Timeout | null = null;
  let subscription: { close(): Promise<void> } | null = null;
  let retention: { close(): Promise<void> } | null = null;

  collectGauges(registry, { db, probes, engine, slots });

  /** Stops taking jobs while the database is away: other workers may still reach it. */
  function leave(): void {
    isAway = true;
    for (const worker of workers) void worker.pause();
    engine.outage.begin();
  }

  function rejoin(): void {
    if (!isAway || state === 'draining') return;
    isAway = false;
    engine.outage.end();
    for (const worker of workers) worker.resume();
  }

  /** Sends a heartbeat. A late or failed report does not count once a later one was answered. */
  async function report(): Promise<void> {
    const nth = ++reports;
    const miss = () => {
      if (nth > answered) leave();
    };
    const silence = setTimeout(miss, 2 * beatMs);
    try {
      await reportWorker(db, {
        id,
        host: hostname(),
        pid: process.pid,
        version: deps.version,
        kinds: STEP_KIND_NAMES.filter((kind) => isServed(stepKind(kind).lane)),
        lanes: Object.fromEntries(lanes),
        begun: throughput.lastMinute(),
        slots,
        slotsUsed: engine.executing(),
        runsHeld: engine.heldRuns(),
        state,
        metricsUrl,
        leaseMs: config.leaseMs,
      });
      await engine.beat();
      observer.workflowsStored(await listWorkflowNames(db, NEWEST_WORKFLOWS));
      answered = Math.max(answered, nth);
      rejoin();
    } catch (error) {
      miss();
      observer.troubled('send its heartbeat', error);
    } finally {
      clearTimeout(silence);
    }
  }

  function isServed(lane: string): boolean {
    return lane === DEFAULT_LANE || lanes.has(lane);
  }

  function takeJobs(): QueueWorker[] {
    const onFailure = (error: Error) => observer.troubled('process a job', error);
    const telemetry = deps.queueTracing?.telemetry;
    const common = {
      redisUrl,
      prefix,
      leaseMs: config.leaseMs,
      onFailure,
      ...(telemetry && { telemetry }),
    };
    return [
      startQueueWorker<RunJob>({
        ...common,
        queue: RUN_QUEUE,
        slots: config.maxRuns,
        process: engine.workRun,
      }),
      ...[...lanes].map(([lane, ofLane]) =>
        startQueueWorker<StepJob>({
          ...common,
          queue: queueOf(lane),
          slots: ofLane,
          process: engine.executeStep,
        }),
      ),
    ];
  }

  return {
    probes,

    async start(metricsPort) {
      metricsUrl = `http://${config.host}:${metricsPort}/metrics`;
      await requireNoEviction(redisUrl);
      await untilDatabaseFits();
      if (state === 'draining') return;
      await report();
      heartbeat = setInterval(() => void report(), beatMs);
      subscription = subscribeChanges({ redisUrl, prefix, onChange: engine.changed });
      engine.startReconciler();
      retention = startRetention({
        db,
        stored,
        config,
        registry,
        log,
        onTrouble: observer.troubled,
      });
      workers = takeJobs();
      if (isAway) leave();
    },

    async stop() {
      state = 'draining';
      await Promise.all([report(), ...workers.map((worker) => worker.pause())]);
      await Promise.all([engine.stop(config.graceMs), retention?.close()]);
      if (heartbeat) clearInterval(heartbeat);
      await Promise.all(workers.map((worker) => worker.close()));
      await removeWorker(db, id).catch(() => undefined);
      await Promise.all([
        queues.close(),
        subscription?.close(),
        changes.close(),
        rates.close(),
        probes.close(),
        agent.close(),
        guardedAgent.close(),
        longAnswers.close(),
      ]);
      stored.close();
      await db.close();
    },
  };

  /** Waits until the database answers. @throws if its schema, settings or secrets do not fit this worker */
  async function untilDatabaseFits(): Promise<void> {
    for (let logged = false; state === 'running'; logged = true) {
      try {
        await requireMigrated(db);
        await requireStatementTimeout(db);
        await tieClock(db, clock);
        await requireSecretsKeys(db, config.secretsKeys);
        return;
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        if (!logged) logEvent(log, 'databaseAway', { err: error });
        await sleep(DATABASE_RETRY_MS);
      }
    }
  }
}
