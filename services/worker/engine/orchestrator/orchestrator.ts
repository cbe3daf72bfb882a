import { DEFAULT_LANE } from '@aio/core/definition/kinds/kind';
import { releaseRun } from '@aio/core/run/end-run';
import { applyEvent } from '@aio/core/run/events';
import type { RunJob } from '@aio/core/run/jobs';
import { hasChanges } from '@aio/core/run/next-commit';
import { restoreRun } from '@aio/core/run/restore';
import type { ClaimedRun, Moment } from '@aio/core/run/rows';
import { findStep, nextDueAt } from '@aio/core/run/run-state';
import type { StepState } from '@aio/core/run/step-state';
import type { EngineStorage, HeldRunKey, LaneStep } from '@aio/core/run/storage';
import { JobLater } from '@aio/platform/queues/queue-worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { LONGEST_TIMER_MS } from '../executor/run-attempt.ts';
import type { Outage } from '../outage.ts';
import type { Plans } from '../plans.ts';
import { createStrays } from '../strays.ts';
import type { Throughput } from '../throughput.ts';
import { whileAway } from '../../while-away.ts';
import { createCatchUp } from './catch-up.ts';
import { createRunClaims } from './claim-runs.ts';
import { type Committer, createCommitter } from './committer.ts';
import { failUnreadable } from './fail-unreadable.ts';
import { createFollowUp, type FollowUpDeps } from './follow-up.ts';
import { HeldRun, type RunKeeper } from './held-run.ts';
import { loseRun, noteIfLasting, releaseIfIdle } from './letting-go.ts';
import { performTasks, type TaskDeps } from './perform-tasks.ts';
import { createRunCommits } from './run-commits.ts';
import { createTrials, isSuspectRun, verdictOn } from './trials.ts';

/** Longest release of all runs at a stop, and then again for the last commits. */
const RELEASE_ALL_MS = 4000;

export interface OrchestratorDeps extends TaskDeps, FollowUpDeps {
  storage: EngineStorage;
  workerId: string;
  /** Runs held at once. */
  maxRuns: number;
  plans: Plans;
  outage: Outage;
  throughput: Pick<Throughput, 'began'>;
  newId: () => string;
  /** 0 <= x < 1, for the jitter of retries. */
  random?: () => number;
}

/** Decides what happens next in the runs that this worker holds. */
export class Orchestrator implements RunKeeper {
  /** Applies changes by others to the run. Resolves to true if it applied all of them. */
  readonly catchUp: (run: HeldRun) => Promise<boolean>;
  readonly #deps: OrchestratorDeps;
  readonly #held = new Map<string, HeldRun>();
  /** Runs that are claimed but not held yet. */
  readonly #opening = new Set<string>();
  readonly #jobs = new Set<Promise<void>>();
  readonly #claim;
  readonly #committer: Committer<HeldRun>;
  readonly #trials;
  readonly #strays;
  #isStopping = false;

  constructor(deps: OrchestratorDeps) {
    const { storage, workerId, observer } = deps;
    const onTrouble = observer.troubled;
    this.#deps = deps;
    this.#claim = createRunClaims(deps);
    this.#trials = createTrials({ storage, onTrouble });
    this.catchUp = createCatchUp({ ...deps, onTrouble, lose: (run) => loseRun(observer, run) });
    this.#committer = createCommitter({
      storage,
      workerId,
      onOutage: (error) => onTrouble('commit progress', error),
      onCommit: (runs, durationMs) => observer.committed(runs, durationMs),
      handler: createRunCommits({
        ...deps,
        followUp: createFollowUp(deps),
        rest: (run) => this.#rest(run),
      }),
    });
    // Claims whose answer was lost, and trials that could not be counted.
    this.#strays = createStrays(
      ({ runId, epoch }: HeldRunKey) => `${runId} ${epoch}`,
      (runs) => storage.releaseRuns(runs).catch((error: unknown) => onTrouble('free runs', error)),
    );
  }

  /**
   * Holds the run of a job until it ends, waits or moves to another worker.
   * @throws JobLater if this worker cannot claim it now
   */
  async work(job: RunJob): Promise<void> {
    const worked = this.#work(job);
    this.#jobs.add(worked);
    try {
      await worked;
    } finally {
      this.#jobs.delete(worked);
    }
  }

  async #work({ runId }: RunJob): Promise<void> {
    if (this.#isStopping) throw new JobLater(0);
    const { outage, observer } = this.#deps;
    const claimed = await outage.unlessAway((isWanted) =>
      whileAway(() => this.#claim(runId), {
        isWanted: () => isWanted() && !this.#isStopping,
        onOutage: observer.claimFailed,
      }),
    );
    if (!claimed) return;
    // The lease ended while this worker held the run, and this worker claimed it again: drop the old state.
    const stale = this.#held.get(runId);
    if (stale) loseRun(observer, stale);
    this.#opening.add(runId);
    try {
      if (!isSuspectRun(claimed)) return await this.#hold(claimed);
      const trial = await this.#trials.begin(claimed);
      if (trial) await this.#hold(claimed, trial.watch).finally(trial.end);
    } finally {
      this.#opening.delete(runId);
    }
  }

  async #hold(claimed: ClaimedRun, watch?: (run: HeldRun) => void): Promise<void> {
    const { storage, workerId, observer, clock, throughput } = this.#deps;
    const run = await this.#open(claimed).catch(async (error: unknown) => {
      observer.troubled('open a run', error);
      await failUnreadable({ storage, workerId }, claimed, error).catch((failure: unknown) =>
        observer.troubled('fail a run that it could not open', failure),
      );
      return null;
    });
    if (run === null) return;
    this.#held.set(run.id, run);
    this.#opening.delete(run.id);
    observer.runClaimed(run.state);
    throughput.began(DEFAULT_LANE);
    watch?.(run);
    run.state.failure ??= verdictOn(claimed);
    if (this.#isStopping) releaseRun(run.state);
    // The run's timeout or one of its waits may be over.
    const nowMs = clock.now();
    applyEvent(run.state, { type: 'time', nowMs });
    observer.worked(claimed, { type: 'load', sinceMs: claimed.nowMs, untilMs: nowMs });
    if (claimed.resumed && !this.#isStopping) void run.catchUp();
    else run.advance();
    await run.done;
    if (this.#held.get(run.id) === run) this.#held.delete(run.id);
  }

  /** @throws if this code cannot read the run's definition or rows */
  async #open(claimed: ClaimedRun): Promise<HeldRun> {
    const { storage, plans, clock, observer, newId, random = Math.random } = this.#deps;
    const read = <Answer>(ask: () => Promise<Answer>) =>
      whileAway(ask, { onOutage: (error) => observer.troubled('load a run', error) });
    const versionId = claimed.workflowVersionId;
    const [plan, version, stored] = await Promise.all([
      read(() => plans.get(versionId)),
      read(() => plans.numberOf(versionId)),
      claimed.resumed ? read(() => storage.loadSteps(claimed.id)) : [],
    ]);
    const sources = {
      now: clock.now,
      newId,
      random,
      stepSpanId: (step: StepState) => observer.stepSpanId(claimed, step),
      newChildSpan: (step: StepState) => observer.newChildSpan(claimed, step),
    };
    return new HeldRun(restoreRun({ claim: claimed, plan, version, sources }, stored), this);
  }

  /** Does everything the run can do now, and commits it. */
  advance(run: HeldRun): void {
    if (run.isAdvancing || run.isReleasing || run.state.phase === 'over') return;
    run.isAdvancing = true;
    let sinceMs: Moment;
    try {
      sinceMs = performTasks(this.#deps, run);
    } finally {
      run.isAdvancing = false;
    }
    this.#setTimer(run);
    if (hasChanges(run.state)) {
      run.changedAtMs ??= sinceMs;
      this.#committer.schedule(run);
    } else if (run.commit === null) this.#rest(run);
  }

  /** Continues what waited for a commit, since there is nothing to commit. */
  #rest(run: HeldRun): void {
    for (const act of run.afterCommit.splice(0)) act(true);
    if (run.survived && !run.canGoOn) {
      run.survived();
      run.survived = null;
    }
    const isFull = () => this.#held.size >= this.#deps.maxRuns;
    releaseIfIdle({ ...this.#deps, isFull }, run);
  }

  /** Sets the run's one timer, for the wait that ends first. */
  #setTimer(run: HeldRun): void {
    const { clock } = this.#deps;
    if (run.timer) clearTimeout(run.timer);
    run.timer = null;
    const dueAt = nextDueAt(run.state);
    if (dueAt === null || run.state.phase !== 'working') return;
    const delayMs = Math.min(Math.max(0, Math.ceil(dueAt - clock.now())), LONGEST_TIMER_MS);
    run.timer = setTimeout(() => {
      run.timer = null;
      applyEvent(run.state, { type: 'time', nowMs: clock.now() });
      run.advance();
    }, delayMs);
  }

  /** Applies changes of the run, if this worker holds it. */
  changed(runId: string): void {
    const run = this.#held.get(runId);
    if (run) void run.catchUp();
  }

  /**
   * Applies a start or a success that the executor of this process reports.
   * @returns true for a start at once, and for a success when a commit of its run has recorded it; false = this worker does
   * not hold the run, or lost it before the commit, so the executor reports as it would to another worker
   */
  async handOver(report: LaneStep): Promise<boolean> {
    const run = this.#held.get(report.runId);
    const step = run && !run.isReleasing ? findStep(run.state, report) : undefined;
    if (!run || !step) return false;
    applyEvent(run.state, { type: 'laneStep', row: report });
    const isApplied = step.status === (report.ended === null ? 'running' : 'succeeded');
    if (!isApplied || step.attempt !== report.attempt) return false;
    const { promise: isCommitted, resolve } = Promise.withResolvers<boolean>();
    if (report.ended === null) resolve(true);
    else run.afterCommit.push(resolve);
    run.advance();
    return await isCommitted;
  }

  held(): HeldRunKey[] {
    return [...this.#held.values()].map(({ id, state }) => ({
      runId: id,
      epoch: state.claim.epoch,
    }));
  }

  /**
   * Compares the held runs with their rows, at each heartbeat.
   * @param before runs held before the rows were read
   * @param rows runs whose rows name this worker
   */
  check(before: readonly HeldRunKey[], rows: readonly (HeldRunKey & { changes: number })[]): void {
    const byId = new Map(rows.map((row) => [row.runId, row]));
    for (const { runId, epoch } of before) {
      const run = this.#held.get(runId);
      if (!run || run.state.claim.epoch !== epoch) continue;
      noteIfLasting(this.#deps.observer, run);
      const row = byId.get(runId);
      if (row?.epoch !== epoch) this.#loseUnlessLeaving(run);
      else if (row.changes > run.state.changesSeen) void run.catchUp();
      else run.advance();
    }
    const isKnown = (id: string) => this.#opening.has(id) || this.#held.has(id);
    this.#strays.check(rows.filter(({ runId }) => !isKnown(runId)));
  }

  /** The commit of a run that is ending or being released finds out by itself. */
  #loseUnlessLeaving(run: HeldRun): void {
    if (run.state.phase === 'working' && !run.isReleasing) loseRun(this.#deps.observer, run);
  }

  /** Releases every run. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const run of this.#held.values()) {
      releaseRun(run.state);
      run.advance();
    }
    // `#hold` releases runs that are still loading.
    const done = Promise.allSettled(this.#jobs);
    await Promise.race([done, sleep(RELEASE_ALL_MS, undefined, { ref: false })]);
    await this.#committer.close(RELEASE_ALL_MS);
  }
}
