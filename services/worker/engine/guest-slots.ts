import { createPace } from './pace.ts';
import type { KeptSlots, SlotRequest, Slots } from './slots.ts';

/** What has begun and finds no slot after all had better begin elsewhere. */
export const PATIENCE_MS = 250;

/** A slot that a step of another worker's run has. */
export interface GuestSlot {
  /** It waited so long after its row says that it began. */
  readonly waitedMs: number;
  /** Gives it back, once. */
  release(): void;
}

/** Slots for steps of other workers' runs, some of which begin before they have one. */
export interface GuestSlots {
  /**
   * Has it started as soon as there is a slot, if it has begun in one that is kept.
   * @param onLate it has begun, waited too long and is withdrawn
   */
  request(request: SlotRequest, kept: KeptSlots, onLate: () => void): void;
  /** false = it has started. */
  withdraw(request: SlotRequest): boolean;
  /** It starts. */
  occupy(request: SlotRequest): GuestSlot;
  /** Steps of the lane that may begin before there is a slot for them. */
  ahead(lane: string): number;
}

interface Waiting {
  since: number;
  patience: NodeJS.Timeout;
}

export function createGuestSlots({
  slots,
  onRoom,
}: {
  slots: Slots;
  /** There may be room for another chunk. */
  onRoom: () => void;
}): GuestSlots {
  const pace = createPace();
  /** What has begun and has no slot. */
  const waiting = new Map<SlotRequest, Waiting>();

  function withdraw(request: SlotRequest): boolean {
    if (!slots.withdraw(request)) return false;
    stopWaiting(request);
    return true;
  }

  /** @returns how long it has waited */
  function stopWaiting(request: SlotRequest): number {
    const known = waiting.get(request);
    if (known === undefined) return 0;
    waiting.delete(request);
    clearTimeout(known.patience);
    pace.waiting(request.lane, -1);
    return performance.now() - known.since;
  }

  return {
    request(request, kept, onLate) {
      if (request.begun && kept.start(request)) return;
      if (slots.request(request) || !request.begun) return;
      pace.waiting(request.lane, 1);
      const giveUp = () => {
        if (!withdraw(request)) return;
        pace.surprised(request.lane);
        onLate();
      };
      waiting.set(request, {
        since: performance.now(),
        patience: setTimeout(giveUp, PATIENCE_MS),
      });
    },
    withdraw,
    occupy(request) {
      const startedAt = performance.now();
      const waitedMs = stopWaiting(request);
      pace.began(request.lane);
      let held = true;
      return {
        waitedMs,
        release() {
          if (!held) return;
          held = false;
          pace.ended(request.lane, performance.now() - startedAt);
          slots.release(request);
          // Before its end is told: the next chunk is on its way meanwhile.
          if (!slots.isAnyWaiting()) onRoom();
        },
      };
    },
    ahead: (lane) => (slots.isAnyWaiting() ? 0 : pace.ahead(lane)),
  };
}
