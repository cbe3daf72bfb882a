import type { TestContext } from 'node:test';
import { queueOf, RUN_QUEUE, type RunJob, type StepJob } from '@aio/core/run/jobs';
import type { StepOutcome } from '@aio/core/run/step-outcome';
import { type Announce, createAnnouncer } from '@aio/platform/queues/announcer';
import { createDatabaseClock } from '@aio/platform/postgres/database-clock';
import { createEngineStorage } from '@aio/platform/postgres/engine-storage';
import { readEnvironment } from '@aio/platform/settings/environment';
import type { Pool } from '@aio/platform/postgres/pool';
import { findSiblingVersion } from '@aio/platform/queries/workflows/find-version';
import { tieClock } from '@aio/platform/queries/tie-clock';
import { removeWorker, reportWorker } from '@aio/platform/queries/queues/workers';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { type QueueWorker, startQueueWorker } from '@aio/platform/queues/queue-worker';
import { createResourceRates, type ResourceRates } from '@aio/platform/redis/resource-rates';
import { createLiveTextPublisher } from '@aio/platform/queues/live-texts';
import { createChangePublisher, subscribeChanges } from '@aio/platform/queues/run-changes';
import { type SecretsKeys, secretsVariables } from '@aio/platform/secrets/keys';
import { createTestDatabase } from '@aio/platform/testing/database';
import { testRedis } from '@aio/platform/testing/redis';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createWorkQueues, type WorkQueues } from '@aio/platform/queues/work-queues';
import { createLogger, type Logger } from '@aio/runtime/logger';
import { createSeries } from '@aio/runtime/testing/series';
import { createTracing } from '@aio/runtime/tracing';
import { v7 as uuidv7 } from 'uuid';
import { createEngine, type Engine } from '../engine/engine.ts';
import { createPlans } from '../engine/plans.ts';
import { createSecretReader } from '../engine/secret-reader.ts';
import { createKind as createApproval } from '../steps/approval.ts';
import { createKind as createDelay } from '../steps/delay.ts';
import type { StepCall, StepKind } from '../steps/step-kind.ts';
import { createKind as createTransform } from '../steps/transform.ts';
import { createKind as createWait } from '../steps/wait.ts';
import { createKind as createWorkflow } from '../steps/workflow.ts';
import { createObserver } from '../telemetry/telemetry.ts';
import { createThroughput } from '../engine/throughput.ts';
import { shareSlots } from '../owner-share.ts';
import { createEngineRows, type EngineRows, type RunRow } from './engine-rows.ts';

export interface WorkingEngine extends Engine {
  readonly id: string;
  /** Sends a job for the run, and waits until it has been claimed and this engine does not hold it. */
  work(id: string): Promise<void>;
  /** Stops heartbeats and jobs, like a killed worker. Work under way continues, as in a worker that was frozen. */
  vanish(): Promise<void>;
}

/** Replaces the kinds `http` and `llm` in all engines. */
export type Http = (
  call: StepCall<Record<string, unknown>>,
  workerId: string,
) => Promise<unknown> | unknown;

/** Engines with a database and queues for one test, which also provides the kinds `http` and `llm`. */
export interface EngineBench extends EngineRows {
  db: Pool;
  queues: WorkQueues;
  rates: ResourceRates;
  /** Announces changed runs, as the API does. */
  announce: Announce;
  tellChanged(id: string): Promise<unknown>;
  redis: { redisUrl: string; prefix: string };
  start(options?: {
    /** Slots for http steps; 0 = the engine executes none. */
    slots?: number;
    /** Slots for llm steps. Default: 0. */
    llmSlots?: number;
    /** Share of the slots that one owner holds. Default: 1. */
    ownerShare?: number;
    leaseMs?: number;
    db?: Queryable;
    /** 0 = the engine holds no runs. */
    maxRuns?: number;
    keys?: SecretsKeys;
    now?: () => number;
    log?: Logger;
    /** Called when a transform executes. */
    onTransform?: (call: StepCall) => void;
  }): WorkingEngine;
  /** Sends a job for the run, as after a change. */
  send(id: string): Promise<void>;
  /** Sends a job for the run, and waits until it is terminal. */
  finish(engine: WorkingEngine, id: string): Promise<RunRow>;
}

const { secretsKeys } = readEnvironment(secretsVariables, {});

export async function createEngineBench(
  t: TestContext,
  http: Http = () => null,
): Promise<EngineBench> {
  const closes: (() => Promise<unknown>)[] = [];
  let isOver = false;
  // Registered before the database's hook, because a stopping engine needs the database for seconds.
  t.after(async () => {
    isOver = true;
    await Promise.all(closes.map((close) => close()));
    await Promise.all([queues.close(), publisher.close(), rates.close()]);
  });
  const { pool: db } = await createTestDatabase(t);
  const rows = createEngineRows(db);
  const { readRun } = rows;
  const { url: redisUrl, prefix } = await testRedis(t);
  const clock = createDatabaseClock();
  await tieClock(db, clock);
  const queues = createWorkQueues({ db, redisUrl, prefix });
  const publisher = createChangePublisher({ redisUrl, prefix });
  const rates = createResourceRates({ redisUrl, prefix, rates: new Map() });

  const outsideOf = (kind: string, workerId: string): StepKind => ({
    kind,
    async execute(call): Promise<StepOutcome> {
      const output = await http(call as StepCall<Record<string, unknown>>, workerId);
      return { type: 'succeeded', output };
    },
  });
  const transform = createTransform();
  const transformOf = (onTransform: (call: StepCall) => void): StepKind => ({
    ...transform,
    execute(call) {
      onTransform(call);
      return transform.execute(call as StepCall<{ value: unknown }>);
    },
  });
  const workflow = createWorkflow({
    findVersion: (workflowId, name, version) => findSiblingVersion(db, workflowId, name, version),
    readPlan: createPlans(createEngineStorage(db)).get,
  });
  function kindsOf(workerId: string, onTransform: (call: StepCall) => void) {
    const inline = [transformOf(onTransform), createDelay(), createApproval(), createWait()];
    const outside = [outsideOf('http', workerId), outsideOf('llm', workerId)];
    const kinds = [...outside, ...inline, workflow] as StepKind[];
    return new Map(kinds.map((kind) => [kind.kind, kind]));
  }

  async function send(id: string): Promise<void> {
    const { rows } = await db.query({
      name: 'test-want',
      text: `
        update runs r set wanted_at = now()
        where id = $1 and finished_at is null and worker_id is null
        returning id as "runId", epoch::int, workflow_id as "workflowId"`,
      values: [id],
    });
    await queues.addRuns(rows);
  }

  return {
    db,
    queues,
    rates,
    announce: createAnnouncer({ queues, changes: publisher }),
    tellChanged: publisher.publish,
    redis: { redisUrl, prefix },
    send,
    ...rows,

    start(options = {}) {
      const {
        slots = 64,
        llmSlots = 0,
        ownerShare: share = 1,
        leaseMs = 10_000,
        db: engineDb = db,
        maxRuns = 200,
      } = options;
      const { keys = secretsKeys, now, onTransform = () => {} } = options;
      const workerId = uuidv7();
      const { metrics } = createSeries('worker');
      const observer = createObserver({
        metrics,
        tracing: createTracing('test'),
        log:
          options.log ??
          createLogger({ service: 'test', level: process.env.LOG_LEVEL ?? 'silent' }),
        workerId,
      });
      const changes = createChangePublisher({ redisUrl, prefix });
      const liveTexts = createLiveTextPublisher({ redisUrl, prefix });
      const storage = createEngineStorage(engineDb);
      const throughput = createThroughput();
      const engine = createEngine({
        workerId,
        leaseMs,
        maxRuns,
        db,
        storage,
        clock,
        kinds: kindsOf(workerId, onTransform),
        plans: createPlans(storage),
        rates,
        throughput,
        secrets: createSecretReader({ db: engineDb, keys, onTrouble: observer.troubled }),
        observer,
        queues,
        changes,
        liveTexts,
        ...(now && { now }),
      });
      const lanes: Record<string, number> = slots === 0 ? {} : { http: slots };
      const report = async () => {
        const kinds = ['transform', ...Object.keys(lanes)];
        const begun = throughput.lastMinute();
        const counts = { slots, slotsUsed: engine.executing(), runsHeld: engine.heldRuns(), begun };
        const process = { id: workerId, host: 'test', pid: 1, version: 'test' };
        await reportWorker(db, { ...process, ...counts, kinds, lanes, state: 'running', leaseMs });
        await engine.beat();
      };
      const takers: QueueWorker[] = [];
      // A short lock, so that BullMQ delivers jobs of a vanished worker again within a second.
      const onFailure = (error: Error) => observer.troubled('process a job', error);
      const common = { redisUrl, prefix, leaseMs: Math.min(leaseMs, 1000), onFailure };
      const ready = report().then(() => {
        const runs = { ...common, queue: RUN_QUEUE, slots: maxRuns, process: engine.workRun };
        if (maxRuns > 0) takers.push(startQueueWorker<RunJob>(runs));
        const process = shareSlots({ slots, share }, engine.executeStep);
        const steps = { ...common, queue: queueOf('http'), slots, process };
        if (slots > 0) takers.push(startQueueWorker<StepJob>(steps));
        const calls = { ...steps, queue: queueOf('llm'), slots: llmSlots };
        if (llmSlots > 0) takers.push(startQueueWorker<StepJob>(calls));
        engine.startReconciler();
      });
      let beat: Promise<void> | undefined;
      const beating = setInterval(() => {
        if (!isOver) beat = report().catch(() => undefined);
      }, leaseMs / 3);
      const subscription = subscribeChanges({ redisUrl, prefix, onChange: engine.changed });

      async function leave(): Promise<void> {
        await ready;
        clearInterval(beating);
        await beat;
        await Promise.all(takers.map((taker) => taker.pause()));
      }

      let stopped: Promise<void> | null = null;
      function stop(graceMs: number): Promise<void> {
        stopped ??= leave().then(async () => {
          await engine.stop(graceMs);
          await Promise.all(takers.map((taker) => taker.close()));
          await Promise.all([subscription.close(), changes.close(), liveTexts.close()]);
        });
        return stopped;
      }
      closes.push(() => stop(0));
      return {
        ...engine,
        id: workerId,
        stop,
        async vanish() {
          await leave();
          await subscription.close();
          await removeWorker(db, workerId);
        },
        async work(id) {
          // Before the reconciler starts, which could claim the run.
          const { epoch } = await readRun(id);
          await ready;
          await send(id);
          await waitUntil(
            async () => {
              if (isOver) return true;
              const run = await readRun(id);
              return run.epoch > epoch && run.worker_id !== workerId;
            },
            { what: `run ${id} to be left` },
          );
        },
      };
    },

    async finish(engine, id) {
      await send(id);
      return await waitUntil(
        async () => {
          const run = await readRun(id);
          return ['succeeded', 'failed', 'cancelled'].includes(run.status) ? run : undefined;
        },
        { what: `run ${id} to end, begun by ${engine.id}` },
      );
    },
  };
}
