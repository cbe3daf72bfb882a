import type { StepKind } from '../steps/step-kind.ts';
import { AioError } from '@aio/core/errors';
import type { Plan } from '@aio/core/definition/compile';
import { createReadiness } from '@aio/core/run/readiness';
import type { WakeUp } from '@aio/core/wake-up';
import { isUnavailable } from '@aio/platform/database-error';
import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import { loadDecisions, loadSteps } from '@aio/platform/queries/engine/load-run';
import type { Decisions, StoredStep } from '@aio/platform/queries/engine/load-run';
import { renewLeases } from '@aio/platform/queries/engine/renew-leases';
import type { Queryable } from '@aio/platform/queryable';
import { setTimeout as sleep } from 'node:timers/promises';
import { advance, parkIfIdle, readSignal } from './advance.ts';
import { createClaimer } from './claimer.ts';
import { createCommittable } from './committable.ts';
import type { Committable } from './committer.ts';
import { createCommitter } from './committer.ts';
import { takeDecisions } from './decisions.ts';
import type { EngineDeps } from './engine-deps.ts';
import type { HeldRun } from './held-run.ts';
import { createHeldRun } from './held-run.ts';
import { leaveRun, loseRun, stopUnit } from './leave.ts';
import type { Observer } from './observer.ts';
import { createOutputs } from './outputs.ts';
import { createPlans } from './plans.ts';
import { restoreRun, storedStatuses } from './restore.ts';
import { failUnopened } from './finish.ts';
import { follow } from './settle.ts';
import type { Slots } from './slots.ts';
import { StepDeferred } from './step-deferred.ts';

/** How long after the grace a hand-back may take, aborted kinds and last commits included. */
const HAND_BACK_MS = 4000;
const RETRY_MS = 250;

export interface Engine {
  /** Claims the run and works it until it is finished, parked, lost or handed back. */
  work(runId: string): Promise<void>;
  /** Somebody changed the run: looks at it now if it is held here. */
  signalled(runId: string): void;
  heldRuns(): number;
  /** Lets running steps end within the grace, aborts the rest, hands every run back. */
  stop(graceMs: number): Promise<void>;
}

export function createEngine(options: {
  db: Queryable;
  workerId: string;
  leaseMs: number;
  kinds: ReadonlyMap<string, StepKind>;
  slots: Slots;
  observer: Observer;
  wake: (wakeUp: WakeUp) => void;
  newId: () => string;
  random?: () => number;
}): Engine {
  const { db, workerId, leaseMs, slots, observer } = options;
  const held = new Map<string, HeldRun>();
  const claim = createClaimer(options);
  const plans = createPlans(db);
  const committer = createCommitter({
    ...options,
    onOutage: (error) => observer.troubled('committing progress', error),
    onCommit: (runs, durationMs) => observer.committed(runs, durationMs),
  });
  /** Runs from the moment somebody asked for them here. */
  const works = new Map<string, Promise<void>>();
  let stopping = false;

  const deps: EngineDeps = {
    ...options,
    random: options.random ?? Math.random,
    commit: (run) => committer.schedule(committable(run)),
    advance: (run) => advance(deps, run),
  };

  const committables = new WeakMap<HeldRun, Committable>();
  function committable(run: HeldRun): Committable {
    const known = committables.get(run) ?? createCommittable(deps, run);
    committables.set(run, known);
    return known;
  }

  const renewal = setInterval(() => void checkLeases([...held.values()]), leaseMs / 3);

  /** Prolongs the leases; a run that is no longer ours is left, one that was changed is looked at. */
  async function checkLeases(runs: readonly HeldRun[]): Promise<void> {
    if (runs.length === 0) return;
    try {
      const leases = runs.map(({ claim: { id, epoch } }) => ({ runId: id, epoch }));
      const signals = await renewLeases(db, { workerId, leases, leaseMs });
      for (const run of runs) {
        const signal = signals.get(run.claim.id);
        if (run.phase !== 'working' && run.phase !== 'draining') continue;
        if (signal === undefined) loseRun(deps, run);
        else if (signal > run.signalSeen) await readSignal(deps, run);
        else void parkIfIdle(deps, run);
      }
    } catch (error) {
      observer.troubled('renewing leases', error);
    }
  }

  async function open(claimed: ClaimedRun): Promise<HeldRun> {
    const claimedAt = performance.now();
    const [plan, stored, decided] = await untilAvailable(() =>
      Promise.all([
        plans.get(claimed.workflowVersionId),
        claimed.resumed ? loadSteps(db, claimed.id) : [],
        claimed.resumed ? loadDecisions(db, claimed.id) : null,
      ]),
    );
    const run = holdRun(claimed, plan, stored);
    held.set(claimed.id, run);
    observer.runClaimed(run, performance.now() - claimedAt);
    // Nothing moves until all of it is in its place.
    run.advancing = true;
    try {
      restoreRun(deps, run, stored);
      follow(run, run.readiness.begin());
      if (decided) takeUp(run, decided);
    } catch (error) {
      leaveRun(deps, run, new AioError('unreadable', 'The run cannot be worked.'));
      held.delete(claimed.id);
      throw error;
    }
    run.advancing = false;
    return run;
  }

  /** What was decided while nobody held the run. */
  function takeUp(run: HeldRun, { signal, decisions }: Decisions): void {
    run.signalSeen = Math.max(run.signalSeen, signal);
    takeDecisions(deps, run, decisions);
  }

  async function untilAvailable<Result>(load: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await load();
      } catch (error) {
        observer.troubled('loading a run', error);
        if (!isUnavailable(error)) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  async function claimAndWork(runId: string): Promise<void> {
    const claimed = await claim(runId).catch((error: unknown) => {
      observer.claimFailed(error);
      throw error;
    });
    if (!claimed) return observer.claimRefused();
    const run = await open(claimed).catch(async (error: unknown) => {
      observer.troubled('opening a run', error);
      await failUnopened(deps, claimed, leaseMs, error);
    });
    if (!run) return;
    if (stopping) drain(deps, run);
    else advance(deps, run);
    await run.done;
    held.delete(runId);
  }

  return {
    async work(runId) {
      if (stopping || works.has(runId)) return;
      const work = claimAndWork(runId).finally(() => works.delete(runId));
      works.set(runId, work);
      await work;
    },
    signalled(runId) {
      const run = held.get(runId);
      if (run) void checkLeases([run]);
    },
    heldRuns: () => held.size,
    async stop(graceMs) {
      stopping = true;
      slots.hold(true);
      for (const run of held.values()) drain(deps, run);
      // Those that are being claimed at this moment are drained when they have been loaded.
      const done = Promise.allSettled(works.values());
      await Promise.race([done, sleep(graceMs, undefined, { ref: false })]);
      for (const run of held.values()) {
        for (const unit of run.units.values()) unit.abort?.abort(new StepDeferred());
      }
      await Promise.race([done, sleep(HAND_BACK_MS, undefined, { ref: false })]);
      clearInterval(renewal);
      await committer.close(HAND_BACK_MS);
    },
  };
}

function holdRun(claim: ClaimedRun, plan: Plan, stored: readonly StoredStep[]): HeldRun {
  return createHeldRun({
    claim,
    plan,
    readiness: createReadiness(plan, storedStatuses(plan, stored)),
    outputs: createOutputs(plan),
  });
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
