import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import type { OtherWorker } from '@aio/platform/queries/engine/other-workers';
import type { FreshRun } from '@aio/core/wake-up';
import type { DatabaseClock } from '@aio/platform/database-clock';
import type { Queryable } from '@aio/platform/queryable';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretReader } from '../secret-reader.ts';
import type { StepKind } from '../steps/step-kind.ts';
import { advance } from './advance.ts';
import { createCommittable } from './committable.ts';
import type { Committable } from './committer.ts';
import { createCommitter } from './committer.ts';
import type { EngineDeps } from './engine-deps.ts';
import { failUnopened } from './finish.ts';
import { claimOf, isChosen } from './fresh.ts';
import { createGuests } from './guests.ts';
import type { HeldRun } from './held-run.ts';
import { readInbox, takeMessages } from './inbox.ts';
import type { LookReason } from './intake.ts';
import { createIntake } from './intake.ts';
import { checkLeases, lookAtHanded } from './leases.ts';
import { loseRun, stopUnit } from './leave.ts';
import type { Observer } from './observer.ts';
import { createOffers } from './offers.ts';
import { openRun } from './open.ts';
import type { Plans } from './plans.ts';
import { createSlices } from './slices.ts';
import type { Slots } from './slots.ts';
import { StepDeferred } from './step-deferred.ts';
import { createTeller } from './teller.ts';
import { createTrials, isSuspectRun, verdictOn } from './trials.ts';

/** How long after the grace a hand-back may take, aborted kinds and last commits included. */
const HAND_BACK_MS = 4000;

export interface EngineOptions {
  db: Queryable;
  workerId: string;
  leaseMs: number;
  /** Runs held at once. */
  maxRuns: number;
  kinds: ReadonlyMap<string, StepKind>;
  /** Lanes whose steps may be handed from worker to worker. */
  lanes: readonly string[];
  /** Slots that this worker has for a lane. */
  capacity: (lane: string) => number;
  slots: Slots;
  clock: DatabaseClock;
  secrets: SecretReader;
  plans: Plans;
  observer: Observer;
  ring: () => void;
  announce: () => void;
  signal: (runId: string) => void;
  tell: (runId: string) => void;
  begun: (runId: string) => void;
  eventAwaited: (runId: string) => void;
  childEnded: (runId: string) => void;
  childrenLeft: (runId: string) => void;
  newId: () => string;
  random?: () => number;
  /** Milliseconds, for the slices of the event loop. */
  now?: () => number;
}

export interface Engine {
  /** Takes runs and chunks that want a worker, as many as there is room for; see `Intake`. */
  look(why: LookReason): Promise<void>;
  /** Somebody rang: looks for runs. */
  rung(): void;
  /** A run is being written: begins it, if it is this worker's to begin and there is room. */
  submitted(run: FreshRun): void;
  /** Somebody changed the run: looks at it now if it, or a step of it, is here. */
  signalled(runId: string): void;
  /** Other workers offer steps. */
  stepsOffered(): void;
  /** Another worker has told something of a step of the run that it was handed. */
  told(runId: string): void;
  /** Looks at runs of which other workers have steps: their signals may be lost. */
  lookAtHanded(): Promise<void>;
  /** The other workers that live. */
  othersAre(workers: readonly OtherWorker[]): void;
  heldRuns(): number;
  /** Lets running steps end within the grace, aborts the rest, hands every run back. */
  stop(graceMs: number): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const { workerId, leaseMs, slots, observer, plans } = options;
  const held = new Map<string, HeldRun>();
  const committer = createCommitter({
    ...options,
    onOutage: (error) => observer.troubled('committing progress', error),
    onCommit: (runs, durationMs) => observer.committed(runs, durationMs),
  });
  /** Runs from the moment they were claimed. */
  const works = new Map<string, Promise<void>>();
  let stopping = false;
  let others: readonly string[] = [];

  const deps: EngineDeps = {
    ...options,
    random: options.random ?? Math.random,
    slices: createSlices(options.now),
    commit: (run) => committer.schedule(committable(run)),
    advance: (run) => advance(deps, run),
    readInbox: (run) => readInbox(deps, run),
    takeMessages: (run, messages) => takeMessages(deps, run, messages),
    slotAwaited: (request, run, unit) => offers.awaited(request, run, unit),
    handedBegun: () => offers.begun(),
    slotFreed() {
      if (slots.isAnyWaiting()) return;
      // What this worker offers itself, it is not told of.
      if (offers.isAnyOpen()) intake.stepsOffered();
      else intake.slotFreed();
    },
  };
  const offers = createOffers({ ...options, engine: deps });
  const teller = createTeller({ ...options, onTrouble: observer.troubled });
  const guests = createGuests({
    engine: deps,
    leaseMs,
    plans,
    teller,
    tell: options.tell,
    onRoom: () => intake.roomFreed(),
  });
  const trials = createTrials({ ...options, onTrouble: observer.troubled });
  const workflows = new Map<string, string>();
  const intake = createIntake({
    ...options,
    ahead: (lane) => guests.ahead(lane),
    heldWorkflows: () => [...workflows.values()],
    takeRun(claimed, why) {
      if (why === 'clock') observer.runFound(claimed);
      // Its lease ran out while it was here, and we got it again: what was here is over first.
      const stale = held.get(claimed.id);
      if (stale) loseRun(deps, stale);
      const before = works.get(claimed.id) ?? Promise.resolve();
      const work = before.then(() => openAndWork(claimed, why === 'submission'));
      works.set(claimed.id, work);
      workflows.set(claimed.id, claimed.workflowId);
      void work.finally(() => {
        if (works.get(claimed.id) !== work) return;
        works.delete(claimed.id);
        workflows.delete(claimed.id);
        intake.roomFreed();
      });
    },
    takeChunk: (chunk, kept) => guests.take(chunk, kept),
    onError: (error) => observer.claimFailed(error),
  });

  const committables = new WeakMap<HeldRun, Committable>();
  function committable(run: HeldRun): Committable {
    const known = committables.get(run) ?? createCommittable(deps, run);
    committables.set(run, known);
    return known;
  }

  const renewal = setInterval(() => {
    void checkLeases(deps, leaseMs, [...held.values()]);
    void guests.renew();
  }, leaseMs / 3);

  async function openAndWork(claimed: ClaimedRun, isFresh: boolean): Promise<void> {
    if (stopping || !isSuspectRun(claimed)) return work(claimed, isFresh);
    const trial = await trials.begin(claimed);
    if (trial) await work(claimed, isFresh, trial.watch).finally(trial.end);
  }

  async function work(
    claimed: ClaimedRun,
    isFresh: boolean,
    watch?: (run: HeldRun) => void,
  ): Promise<void> {
    const run = await openRun(deps, { plans, held }, claimed, isFresh).catch(
      async (error: unknown) => {
        observer.troubled('opening a run', error);
        // Who claims it finds the same.
        if (isFresh) return;
        await failUnopened(deps, claimed, leaseMs, error).catch((failure: unknown) =>
          observer.troubled('ending a run that cannot be opened', failure),
        );
      },
    );
    if (!run) return;
    watch?.(run);
    run.failure ??= verdictOn(claimed);
    if (stopping && !run.failure) drain(deps, run);
    else advance(deps, run);
    if (run.handed.size > 0) void checkLeases(deps, leaseMs, [run]);
    await run.done;
    held.delete(claimed.id);
  }

  return {
    look: (why) => intake.look(why),
    rung: () => intake.rung(),
    submitted(run) {
      if (works.has(run.id) || !isChosen(workerId, others, run.id)) return;
      intake.submitted(claimOf(run, options.clock.now()));
    },
    signalled(runId) {
      const run = held.get(runId);
      if (run) void checkLeases(deps, leaseMs, [run]);
      guests.signalled(runId);
    },
    stepsOffered: () => intake.stepsOffered(),
    told(runId) {
      const run = held.get(runId);
      if (run) void readInbox(deps, run);
    },
    lookAtHanded: () => lookAtHanded(deps, held.values()),
    othersAre(workers) {
      offers.othersAre(workers);
      others = workers.map(({ id }) => id);
    },
    heldRuns: () => works.size,
    async stop(graceMs) {
      stopping = true;
      offers.close();
      slots.hold('all');
      guests.drain();
      for (const run of held.values()) drain(deps, run);
      // Those that are being loaded at this moment are drained when they are.
      const done = intake
        .close()
        .then(() => Promise.allSettled([...works.values(), guests.idle()]));
      await Promise.race([done, sleep(graceMs, undefined, { ref: false })]);
      for (const run of held.values()) {
        for (const unit of run.units.values()) unit.abort?.abort(new StepDeferred());
      }
      guests.abort();
      await Promise.race([done, sleep(HAND_BACK_MS, undefined, { ref: false })]);
      clearInterval(renewal);
      teller.close();
      await committer.close(HAND_BACK_MS);
    },
  };
}

/** Starts nothing more of the run; it is handed back when its running steps have ended. */
function drain(deps: EngineDeps, run: HeldRun): void {
  if (run.phase !== 'working' && run.phase !== 'parking') return;
  run.phase = 'draining';
  for (const unit of run.units.values()) {
    if (unit.slotRequest) stopUnit(deps, run, unit, new StepDeferred());
  }
  advance(deps, run);
}
