import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { handBack } from '@aio/core/run/end-run';
import { applyEvent } from '@aio/core/run/events';
import type { RunJob } from '@aio/core/run/jobs';
import { restoreRun } from '@aio/core/run/restore';
import { type ClaimedRun, noRows } from '@aio/core/run/rows';
import type { EngineStorage, HeldRunKey } from '@aio/core/run/storage';
import type { StepState } from '@aio/core/run/step-state';
import { toFailure } from '@aio/core/run/step-outcome';
import { createBatch } from '@aio/platform/batch';
import type { DatabaseClock } from '@aio/platform/database-clock';
import { JobLater } from '@aio/platform/queue-worker';
import type { Slices } from '@aio/platform/slices';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outage } from '../outage.ts';
import type { Plans } from '../plans.ts';
import type { StepKind } from '../../steps/step-kind.ts';
import { createStrays } from '../strays.ts';
import type { Throughput } from '../throughput.ts';
import { whileAway } from '../while-away.ts';
import { advance } from './advance.ts';
import { createCommittable } from './committable.ts';
import { createCommitter } from './committer.ts';
import { createFollowUp, type FollowUpDeps } from './follow-up.ts';
import { createHeldRun, type HeldRun, type OrchestratorDeps } from './held-run.ts';
import { loseRun } from './leave.ts';
import { createLooks } from './looks.ts';
import { createTrials, isSuspectRun, verdictOn } from './trials.ts';

/** Longest release of all runs at a stop, and then again for the last commits. */
const HAND_BACK_MS = 4000;
const CLAIMS_PER_STATEMENT = 100;

export interface OrchestratorOptions
  extends Omit<FollowUpDeps, 'look'>, Pick<OrchestratorDeps, 'outputs' | 'room'> {
  storage: EngineStorage;
  workerId: string;
  /** Runs held at once. */
  maxRuns: number;
  kinds: ReadonlyMap<string, StepKind>;
  clock: DatabaseClock;
  plans: Plans;
  slices: Slices;
  outage: Outage;
  throughput: Pick<Throughput, 'began'>;
  newId: () => string;
  /** 0 <= x < 1, for the jitter of retries. */
  random?: () => number;
}

/** Decides what happens next in the runs that this worker holds. */
export interface Orchestrator {
  /**
   * Holds the run of a job until it ends, waits or moves to another worker.
   * @throws JobLater if this worker cannot claim it now
   */
  work(job: RunJob): Promise<void>;
  /** Looks at changes of the run, if this worker holds it. */
  changed(runId: string): void;
  held(): HeldRunKey[];
  /**
   * Compares the held runs with their rows, at each heartbeat.
   * @param before runs held before the rows were read
   * @param rows runs whose rows name this worker
   */
  check(before: readonly HeldRunKey[], rows: readonly (HeldRunKey & { changes: number })[]): void;
  /** Releases every run. */
  stop(): Promise<void>;
}

export function createOrchestrator(options: OrchestratorOptions): Orchestrator {
  const { storage, workerId, observer, plans, clock, outage } = options;
  const held = new Map<string, HeldRun>();
  const works = new Set<Promise<void>>();
  let isStopping = false;

  const committer = createCommitter({
    storage,
    workerId,
    onOutage: (error) => observer.troubled('commit progress', error),
    onCommit: (runs, durationMs) => observer.committed(runs, durationMs),
  });
  const look = createLooks({
    storage,
    advance: (run) => advance(deps, run),
    lose: (run) => loseRun(deps, run),
    onTrouble: observer.troubled,
  });
  const followUp = createFollowUp({ ...options, look: (run) => void look(run) });
  const trials = createTrials({ storage, onTrouble: observer.troubled });
  const deps: OrchestratorDeps = {
    ...options,
    look,
    advance: (run) => advance(deps, run),
    isFull: () => held.size >= options.maxRuns,
    commit: (run) => committer.schedule(committableOf(run)),
  };
  const committables = new WeakMap<HeldRun, ReturnType<typeof createCommittable>>();
  function committableOf(run: HeldRun) {
    const known = committables.get(run) ?? createCommittable(deps, followUp, run);
    committables.set(run, known);
    return known;
  }

  /** Runs that are claimed but not held yet. */
  const opening = new Set<string>();
  /** Runs whose claim's answer was lost, or whose trial could not be counted. */
  const strays = createStrays(
    ({ runId, epoch }: HeldRunKey) => `${runId} ${epoch}`,
    (runs) =>
      storage.freeRuns(runs).catch((error: unknown) => observer.troubled('free runs', error)),
  );

  const { send: claim } = createBatch<string, ClaimedRun | undefined>({
    most: CLAIMS_PER_STATEMENT,
    async ask(runIds) {
      const sentAt = performance.now();
      const claimed = await storage.claimRuns({ workerId, runIds });
      if (claimed[0]) clock.learn(claimed[0].nowMs, sentAt, performance.now());
      const byId = new Map(claimed.map((run) => [run.id, run]));
      return runIds.map((id) => {
        const run = byId.get(id);
        // If BullMQ delivers a job twice at once, one delivery gets the run.
        byId.delete(id);
        return run;
      });
    },
  });

  async function work({ runId }: RunJob): Promise<void> {
    if (isStopping) throw new JobLater(0);
    const claimed = await outage.unlessAway((isWanted) =>
      whileAway(() => claim(runId), {
        isWanted: () => isWanted() && !isStopping,
        onOutage: observer.claimFailed,
      }),
    );
    if (!claimed) return;
    // The lease ended while this worker held the run, and this worker claimed it again: drop the old state.
    const stale = held.get(runId);
    if (stale) loseRun(deps, stale);
    opening.add(runId);
    try {
      if (!isSuspectRun(claimed)) return await hold(claimed);
      const trial = await trials.begin(claimed);
      if (trial) await hold(claimed, trial.watch).finally(trial.end);
    } finally {
      opening.delete(runId);
    }
  }

  async function hold(claimed: ClaimedRun, watch?: (run: HeldRun) => void): Promise<void> {
    const run = await open(claimed).catch(async (error: unknown) => {
      observer.troubled('open a run', error);
      await failUnopened(claimed, error).catch((failure: unknown) =>
        observer.troubled('fail a run that it could not open', failure),
      );
      return null;
    });
    if (run === null) return;
    held.set(claimed.id, run);
    opening.delete(claimed.id);
    observer.runClaimed(run.state);
    options.throughput.began(DEFAULT_LANE);
    watch?.(run);
    run.state.failure ??= verdictOn(claimed);
    if (isStopping) handBack(run.state);
    // The run's timeout or one of its waits may be over.
    applyEvent(run.state, { type: 'time', nowMs: clock.now() });
    if (claimed.resumed && !isStopping) void look(run);
    else advance(deps, run);
    await run.done;
    if (held.get(claimed.id) === run) held.delete(claimed.id);
  }

  /** @throws if this code cannot read the run's definition or rows */
  async function open(claimed: ClaimedRun): Promise<HeldRun> {
    const read = <Answer>(ask: () => Promise<Answer>) =>
      whileAway(ask, { onOutage: (error) => observer.troubled('load a run', error) });
    const versionId = claimed.workflowVersionId;
    const [plan, version, stored] = await Promise.all([
      read(() => plans.get(versionId)),
      read(() => plans.numberOf(versionId)),
      claimed.resumed ? read(() => storage.loadSteps(claimed.id)) : [],
    ]);
    const { newId, random = Math.random } = options;
    const sources = {
      now: clock.now,
      newId,
      random,
      stepSpanId: (step: StepState) => observer.stepSpanId(claimed, step),
      newChildSpan: (step: StepState) => observer.newChildSpan(claimed, step),
    };
    return createHeldRun(restoreRun({ claim: claimed, plan, version, sources }, stored));
  }

  async function failUnopened(claimed: ClaimedRun, error: unknown): Promise<void> {
    const cause = toFailure(error);
    const message = `The worker could not load the run: ${cause.message}`;
    const seq = claimed.eventSeq + 1;
    const progress = {
      ...noRows(),
      runId: claimed.id,
      epoch: claimed.epoch,
      status: 'failed' as const,
      eventSeq: seq,
      stepsTotal: claimed.stepsTotal,
      stepsDone: claimed.stepsDone,
      costUsd: claimed.costUsd,
      unpricedCalls: claimed.unpricedCalls,
      output: null,
      error: JSON.stringify({ code: 'unreadable', message, cause }),
      finishedSeq: seq,
      stepsEndedAt: null,
      release: true,
    };
    await storage.commitProgress({ workerId, progress: [progress] });
  }

  return {
    async work(job) {
      const worked = work(job);
      works.add(worked);
      try {
        await worked;
      } finally {
        works.delete(worked);
      }
    },
    changed(runId) {
      const run = held.get(runId);
      if (run) void look(run);
    },
    held: () =>
      [...held.values()].map(({ state }) => ({ runId: state.claim.id, epoch: state.claim.epoch })),
    check(before, rows) {
      const byId = new Map(rows.map((row) => [row.runId, row]));
      for (const { runId, epoch } of before) {
        const run = held.get(runId);
        if (!run || run.state.claim.epoch !== epoch) continue;
        const row = byId.get(runId);
        if (row?.epoch !== epoch) loseUnlessLeaving(run);
        else if (row.changes > run.state.changesSeen) void look(run);
        else advance(deps, run);
      }
      strays.check(rows.filter(({ runId }) => !opening.has(runId) && !held.has(runId)));
    },
    async stop() {
      isStopping = true;
      for (const run of held.values()) {
        handBack(run.state);
        advance(deps, run);
      }
      // `hold` releases runs that are still loading.
      const done = Promise.allSettled(works);
      await Promise.race([done, sleep(HAND_BACK_MS, undefined, { ref: false })]);
      await committer.close(HAND_BACK_MS);
    },
  };

  /** The commit of a run that is ending or being released finds out by itself. */
  function loseUnlessLeaving(run: HeldRun): void {
    if (run.state.phase === 'working' && !run.isReleasing) loseRun(deps, run);
  }
}
