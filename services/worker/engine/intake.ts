import { claimChunks } from '@aio/platform/queries/engine/chunks';
import type { ClaimedChunk } from '@aio/platform/queries/engine/chunks';
import { claimRuns } from '@aio/platform/queries/engine/claim-runs';
import type { ClaimedRun } from '@aio/platform/queries/engine/claim-runs';
import type { DatabaseClock } from '@aio/platform/database-clock';
import type { Queryable } from '@aio/platform/queryable';
import type { KeptSlots, Slots } from './slots.ts';

/** Runs that a worker of idle slots takes at once, so that a burst is shared with the others. */
const LEAST_AT_ONCE = 16;
const MOST_AT_ONCE = 100;
/** A chunk has so many steps at most. */
const STEPS_PER_CHUNK = 16;
/** Workflows that are not held here find room even when the worker is full: this part of it. */
const KEPT_FOR_NEWCOMERS = 1 / 8;

/** Room came to be, or it was time. */
export type LookReason = 'room' | 'clock';
/** `submission` = it is not claimed yet: its first commit is to do that. */
type Reason = LookReason | 'ring' | 'submission';

/** Takes what wants a worker while this one has room. */
export interface Intake {
  /** Looks now, or again after the look that is under way. Resolves after that. */
  look(why: LookReason): Promise<void>;
  /** Somebody rang: looks for runs. */
  rung(): void;
  /** A run is being written: takes it, if nothing has to wait here. */
  submitted(run: ClaimedRun): void;
  /** Other workers offer steps. */
  stepsOffered(): void;
  /** A run has left, or a step of somebody else's: what was left before may find room. */
  roomFreed(): void;
  /** A step has left. */
  slotFreed(): void;
  /** Takes nothing any more; resolves when what was being taken is. */
  close(): Promise<void>;
}

export function createIntake(deps: {
  db: Queryable;
  workerId: string;
  leaseMs: number;
  maxRuns: number;
  slots: Slots;
  clock: DatabaseClock;
  /** Lanes whose steps other workers may have offered. */
  lanes: readonly string[];
  /** Workflows of the runs that are held, once for each run. */
  heldWorkflows: () => readonly string[];
  takeRun: (run: ClaimedRun, why: Reason) => void;
  /** Those of its steps that have begun have kept slots. */
  takeChunk: (chunk: ClaimedChunk, kept: KeptSlots) => void;
  /** Steps of the lane that may begin before there is a slot for them. */
  ahead: (lane: string) => number;
  /** There is more than this worker took. */
  ring: () => void;
  onError: (error: unknown) => void;
}): Intake {
  const { db, workerId, leaseMs, maxRuns, slots, clock } = deps;
  const kept = Math.ceil(maxRuns * KEPT_FOR_NEWCOMERS);
  let current: Promise<void> | null = null;
  let next: { isDone: Promise<void>; look: Look } | null = null;
  let isTakingRuns = false;
  let isLeft = false;
  /** As far as is known: all that was found was taken. */
  let isNothingOffered = true;
  /** As far as is known, nothing is offered in these lanes but of these workflows: newcomers need not be looked for. */
  let barren: { lanes: readonly string[]; but: readonly string[] } | null = null;
  let isClosed = false;

  async function takeAll({ why, isForSteps }: Look): Promise<void> {
    if (isClosed) return;
    try {
      if (why !== null) {
        isTakingRuns = true;
        await takeRuns(why).finally(() => (isTakingRuns = false));
      }
      if (isForSteps) await takeChunks();
    } catch (error) {
      deps.onError(error);
    }
  }

  /** Steps that wait for a slot are work enough: more runs would only be kept from others. */
  function isBusy(): boolean {
    return slots.isAnyWaiting() || deps.heldWorkflows().length >= maxRuns;
  }

  async function takeRuns(why: Reason): Promise<void> {
    for (;;) {
      const held = deps.heldWorkflows();
      const busy = isBusy();
      const atOnce = Math.min(MOST_AT_ONCE, Math.max(LEAST_AT_ONCE, freeSlots()));
      const again = Math.min(atOnce, maxRuns + kept - held.length);
      const queued = Math.min(atOnce, (busy ? maxRuns + kept : maxRuns) - held.length);
      if (again <= 0 || isClosed) {
        isLeft = true;
        return;
      }
      const except = busy ? [...new Set(held)] : [];
      const sentAt = performance.now();
      const runs = await claimRuns(db, { workerId, leaseMs, again, queued, except });
      if (runs[0]) clock.learn(runs[0].nowMs, sentAt, performance.now());
      for (const run of runs) deps.takeRun(run, why);
      const begun = runs.filter((run) => run.was === 'queued').length;
      const isFull = begun === queued || runs.length - begun === again;
      isLeft = busy || isFull;
      if (!isFull) return;
      deps.ring();
    }
  }

  async function takeChunks(): Promise<void> {
    for (;;) {
      const lanes = lanesToAsk();
      if (lanes.length === 0) return takeNewcomers();
      if (isClosed) return;
      const limit = Math.max(1, Math.ceil(freeSlots() / STEPS_PER_CHUNK));
      // The slots that are kept for it are kept from steps of this worker.
      const keep = isNothingOffered ? 0 : Math.min(...lanes.map((lane) => slots.free(lane)));
      const begin = isNothingOffered ? 0 : Math.min(...lanes.map(countToBegin));
      if ((await fetchChunks({ lanes, except: [], limit, begin }, keep)) === limit) continue;
      // A lane that is full here was not asked. One that is paused is, when it goes on.
      isNothingOffered = deps.lanes.every(
        (lane) => lanes.includes(lane) || !slots.serves(lane) || slots.isPaused(lane),
      );
      return;
    }
  }

  /** What has no slot free goes before what only will have one soon. */
  function lanesToAsk(): string[] {
    const free = deps.lanes.filter((lane) => slots.free(lane) > 0);
    if (free.length > 0 || isNothingOffered) return free;
    return deps.lanes.filter((lane) => deps.ahead(lane) > 0);
  }

  function countToBegin(lane: string): number {
    return slots.free(lane) + deps.ahead(lane);
  }

  /** One at a time: the first step of a chunk takes the slot, and its workflow is none of these any more. */
  async function takeNewcomers(): Promise<void> {
    for (;;) {
      const lanes = deps.lanes.filter((lane) => slots.freeForNewcomers(lane) > 0);
      if (lanes.length === 0 || isClosed) return;
      const except = slots.workflows();
      if (barren && isWithin(lanes, barren.lanes) && isWithin(barren.but, except)) return;
      // Unless something is offered meanwhile.
      barren = { lanes, but: except };
      if ((await fetchChunks({ lanes, except, limit: 1, begin: 1 }, 1)) === 0) return;
      barren = null;
    }
  }

  /** Answers how many there were. What begins with its being taken finds its slot: it is kept meanwhile. */
  async function fetchChunks(
    wanted: Pick<Parameters<typeof claimChunks>[1], 'lanes' | 'except' | 'limit' | 'begin'>,
    keep: number,
  ): Promise<number> {
    const kept = slots.keep(wanted.lanes, keep);
    try {
      const chunks = await claimChunks(db, { workerId, leaseMs, ...wanted });
      for (const chunk of chunks) deps.takeChunk(chunk, kept);
      return chunks.length;
    } finally {
      kept.release();
    }
  }

  function freeSlots(): number {
    return Math.max(0, ...deps.lanes.map((lane) => slots.free(lane)));
  }

  function request(look: Look): Promise<void> {
    if (!current) {
      current = takeAll(look).finally(() => (current = null));
      return current;
    }
    if (next) {
      next.look = merge(next.look, look);
      return next.isDone;
    }
    const isDone = current.then(() => {
      const { look } = next!;
      next = null;
      return request(look);
    });
    next = { isDone, look };
    return isDone;
  }

  function slotFreed(): void {
    if (!isNothingOffered) void request({ why: null, isForSteps: true });
  }

  return {
    look(why) {
      barren = null;
      return request({ why, isForSteps: true });
    },
    // A ring is about runs. Steps are announced to all, since whoever hears a ring may be who offers them.
    rung: () => void request({ why: 'ring', isForSteps: false }),
    submitted(run) {
      // What waits longer goes first, and what a look finds at this moment has its room.
      if (isClosed || isTakingRuns || isLeft || isBusy()) return;
      deps.takeRun(run, 'submission');
    },
    stepsOffered() {
      isNothingOffered = false;
      barren = null;
      void request({ why: null, isForSteps: true });
    },
    roomFreed() {
      if (!isLeft) slotFreed();
      else if (!next || next.look.why === null) void request({ why: 'room', isForSteps: true });
    },
    slotFreed,
    async close() {
      isClosed = true;
      await current;
    },
  };
}

interface Look {
  /** null = not for runs. */
  why: Reason | null;
  isForSteps: boolean;
}

/** One look for what two want. */
function merge(one: Look, other: Look): Look {
  return { why: one.why ?? other.why, isForSteps: one.isForSteps || other.isForSteps };
}

function isWithin(some: readonly string[], all: readonly string[]): boolean {
  return some.every((one) => all.includes(one));
}
