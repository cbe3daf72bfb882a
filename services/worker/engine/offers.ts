import type { OtherWorker } from '@aio/platform/queries/engine/other-workers';
import { addTo } from './draft.ts';
import type { EngineDeps } from './engine-deps.ts';
import { handOut } from './handed.ts';
import type { HeldRun } from './held-run.ts';
import type { SlotRequest } from './slots.ts';
import { keyOf } from './settle.ts';
import type { Unit } from './unit.ts';

/** What waits shorter than this for a slot of this worker is not worth a row for the others. */
const PATIENCE_MS = 25;
/** How often to look when nobody else could take anything. */
const LONELY_EVERY_MS = 250;
const CHUNK_STEPS = 16;
/** Even for a worker of one slot: each chunk costs those who take it a look and a word. */
const LEAST_CHUNK_STEPS = 4;
/** Offered at a time in a lane that nobody serves: it shows, and whoever comes finds something. */
const LEAST_OFFERED = 64;

interface Awaiting {
  run: HeldRun;
  unit: Unit;
}

/** Gives steps that wait for a slot here to workers that have one. */
export interface Offers {
  awaited(request: SlotRequest, run: HeldRun, unit: Unit): void;
  /** Another worker has begun one: it may soon have room for the next. */
  begun(): void;
  /** Whether something is offered that nobody is known to have begun. */
  isAnyOpen(): boolean;
  /** The other workers that live. */
  othersAre(workers: readonly OtherWorker[]): void;
  close(): void;
}

export function createOffers(deps: {
  engine: EngineDeps;
  /** Slots that this worker has for a lane. */
  capacity: (lane: string) => number;
  lanes: readonly string[];
}): Offers {
  const { engine, capacity, lanes } = deps;
  const { slots } = engine;
  const awaiting = new WeakMap<SlotRequest, Awaiting>();
  /** Offered and, as far as is known, not begun. */
  const open = new Set<Unit>();
  let others: ReadonlyMap<string, LaneSlots> = new Map();
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;
  let isClosed = false;

  function arm(): void {
    if (timer) return;
    const isLonely = lanes.every((lane) => slots.serves(lane) && !others.has(lane));
    timer = setTimeout(look, isLonely ? LONELY_EVERY_MS : PATIENCE_MS);
  }

  function look(): void {
    timer = null;
    lookOnce();
    if (slots.isAnyWaiting()) arm();
  }

  function forgetBegun(): void {
    for (const unit of open) if (!unit.handed || unit.status !== 'ready') open.delete(unit);
  }

  function lookOnce(): void {
    forgetBegun();
    for (const lane of lanes) offerOf(lane);
  }

  function offerOf(lane: string): void {
    const served = slots.serves(lane);
    const askedBefore = performance.now() - (served ? PATIENCE_MS : 0);
    // Steps that other workers have offered wait for slots here too; they are not this worker's to offer.
    const waiting = slots
      .waiting(lane)
      .flatMap((request) => awaiting.get(request) ?? [])
      .filter(({ run, unit }) => run.phase === 'working' && unit.slotAskedAt <= askedBefore);
    if (!served) waiting.reverse();
    const count = countToOffer(lane, served, waiting.length);
    for (const [run, units] of byRun(waiting.slice(0, count))) offer(run, lane, units);
  }

  function countToOffer(lane: string, served: boolean, waiting: number): number {
    const theirs = others.get(lane)?.total ?? 0;
    const openHere = [...open].filter((unit) => unit.work.lane === lane).length;
    const most = served ? 2 * theirs : Math.max(LEAST_OFFERED, 2 * theirs);
    const share = served ? Math.ceil((waiting * theirs) / (theirs + capacity(lane))) : waiting;
    // Half of it had better be begun before more is: chunks of one step cost more than they bring.
    if (served && openHere > most / 2) return 0;
    // More may be offered already than those can take that are left.
    return Math.max(0, Math.min(share, most - openHere));
  }

  function offer(run: HeldRun, lane: string, units: readonly Unit[]): void {
    const { draft, claim } = run;
    // What a worker cannot begin at once would wait with it while others have room.
    const least = others.get(lane)?.least ?? CHUNK_STEPS;
    const size = Math.min(CHUNK_STEPS, Math.max(LEAST_CHUNK_STEPS, least));
    for (let at = 0; at < units.length; at += size) {
      const part = units.slice(at, at + size);
      const chunkId = engine.newId();
      const alone = part.some((unit) => unit.slotRequest!.alone);
      addTo(draft, 'chunks', { id: chunkId, workflowId: claim.workflowId, lane, alone });
      for (const unit of part) {
        slots.withdraw(unit.slotRequest!);
        unit.slotRequest = null;
        unit.spanId = engine.observer.newSpanId(run);
        handOut(run, unit, chunkId, Infinity);
        open.add(unit);
        addTo(draft, 'offers', {
          ...keyOf(unit),
          chunkId,
          attempt: unit.attempt + 1,
          spanId: unit.spanId,
          item: unit.item === undefined ? null : JSON.stringify(unit.item),
        });
      }
    }
    draft.committed.push(() => {
      for (const unit of units) unit.handedAt = performance.now();
      engine.announce();
    });
    engine.observer.stepsHanded('offered', units.length);
    engine.commit(run);
  }

  return {
    awaited(request, run, unit) {
      awaiting.set(request, { run, unit });
      unit.slotAskedAt = performance.now();
      arm();
    },
    begun() {
      if (isLooking || !slots.isAnyWaiting()) return;
      isLooking = true;
      // Those that are told of together are one look.
      setImmediate(() => {
        isLooking = false;
        if (!isClosed) lookOnce();
      });
    },
    isAnyOpen() {
      forgetBegun();
      return open.size > 0;
    },
    othersAre: (workers) => (others = slotsByLane(workers)),
    close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
    },
  };
}

/** Slots of workers that serve a lane: of all together, and of the one that has the fewest. */
interface LaneSlots {
  total: number;
  least: number;
}

function slotsByLane(workers: readonly OtherWorker[]): Map<string, LaneSlots> {
  const lanes = new Map<string, LaneSlots>();
  for (const { kinds, slots } of workers) {
    for (const lane of kinds) {
      const { total, least } = lanes.get(lane) ?? { total: 0, least: Infinity };
      lanes.set(lane, { total: total + slots, least: Math.min(least, slots) });
    }
  }
  return lanes;
}

/** Without those that are being taken back from another worker by the next commit. */
function byRun(waiting: readonly Awaiting[]): Map<HeldRun, Unit[]> {
  const runs = new Map<HeldRun, Unit[]>();
  for (const { run, unit } of waiting) {
    const { step, iteration } = keyOf(unit);
    if (run.draft.revoked.some((one) => one.step === step && one.iteration === iteration)) continue;
    const units = runs.get(run);
    if (units) units.push(unit);
    else runs.set(run, [unit]);
  }
  return runs;
}
