import { v7 as uuidv7 } from 'uuid';
import { createAnnouncer } from '@aio/platform/queues/announcer';
import type { DatabaseClock } from '@aio/platform/postgres/database-clock';
import type { Pool } from '@aio/platform/postgres/pool';
import type { ResourceRates } from '@aio/platform/redis/resource-rates';
import type { LiveTextPublisher } from '@aio/platform/queues/live-texts';
import type { ChangePublisher } from '@aio/platform/queues/run-changes';
import { createSlices } from '@aio/platform/postgres/slices';
import type { WorkQueues } from '@aio/platform/queues/work-queues';
import type { RunJob, StepJob } from '@aio/core/run/jobs';
import type { EngineStorage } from '@aio/core/run/storage';
import { createAftermath } from './aftermath.ts';
import { Executor } from './executor/executor.ts';
import type { Observer } from './observer.ts';
import { Orchestrator } from './orchestrator/orchestrator.ts';
import { createOutage, type Outage } from './outage.ts';
import type { Plans } from './plans.ts';
import { startReconciler } from './reconciler.ts';
import type { SecretReader } from './secret-reader.ts';
import type { StepKind } from '../steps/step-kind.ts';
import type { Throughput } from './throughput.ts';

export interface EngineOptions {
  workerId: string;
  leaseMs: number;
  maxRuns: number;
  db: Pool;
  storage: EngineStorage;
  clock: DatabaseClock;
  kinds: ReadonlyMap<string, StepKind>;
  plans: Plans;
  secrets: SecretReader;
  rates: ResourceRates;
  /** Counts the runs (lane `default`) and steps (other lanes) that the worker starts. */
  throughput: Pick<Throughput, 'began'>;
  observer: Observer;
  queues: WorkQueues;
  changes: ChangePublisher;
  liveTexts: Pick<LiveTextPublisher, 'watchersOf' | 'publish'>;
  /** Milliseconds, for the slices of the event loop. */
  now?: () => number;
  random?: () => number;
}

/** A worker's orchestrator, executor and reconciler. */
export interface Engine {
  workRun(job: RunJob): Promise<void>;
  executeStep(job: StepJob): Promise<void>;
  /** Reports that another process changed the run. */
  changed(runId: string): void;
  heldRuns(): number;
  executing(): number;
  /**
   * Extends the worker's lease, and drops runs and attempts that are no longer this worker's.
   * @throws if the database does not answer
   */
  beat(): Promise<void>;
  /** While the database is away, jobs that have not started go back to their queue. */
  outage: Pick<Outage, 'begin' | 'end'>;
  startReconciler(): void;
  /** Releases all runs, and gives attempts the grace to end. */
  stop(graceMs: number): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const { workerId, leaseMs, db, storage, clock, observer, queues, changes } = options;
  const slices = createSlices(options);
  const outage = createOutage();
  const announce = createAnnouncer({ queues, changes });
  const tellChanged = (runId: string) => void changes.publish(runId);
  const aftermath = createAftermath({
    db,
    changed: (runs) => void announce(runs),
    cancelled: observer.runsCancelled,
    tellChanged,
    onError: observer.troubled,
  });
  const orchestrator = new Orchestrator({
    ...options,
    slices,
    outage,
    aftermath,
    tellChanged,
    dispatchRuns: (runs) => void queues.addRuns(runs),
    dispatchSteps: (steps) => void queues.addSteps(steps),
    newId: uuidv7,
  });
  const executor = new Executor({
    ...options,
    slices,
    outage,
    handOver: (report) => orchestrator.handOver(report),
    tellChanged,
    recorded: (runs) => void announce(runs),
  });
  let reconciler: { close(): Promise<void> } | null = null;

  return {
    workRun: (job) => orchestrator.work(job),
    executeStep: (job) => executor.execute(job),
    changed(runId) {
      orchestrator.changed(runId);
      executor.changed(runId);
    },
    heldRuns: () => orchestrator.held().length,
    executing: () => executor.executing().length,
    async beat() {
      const runs = orchestrator.held();
      const attempts = executor.executing();
      const sentAt = performance.now();
      const rows = await storage.heartbeat({ workerId, leaseMs });
      clock.learn(rows.nowMs, sentAt, performance.now());
      orchestrator.check(runs, rows.runs);
      executor.check(attempts, rows.attempts);
    },
    outage,
    startReconciler() {
      reconciler = startReconciler({
        db,
        storage,
        queues,
        plans: options.plans,
        announce,
        sweep: aftermath.sweep,
        observer,
      });
    },
    async stop(graceMs) {
      await reconciler?.close();
      await Promise.all([orchestrator.stop(), executor.stop(graceMs)]);
    },
  };
}
