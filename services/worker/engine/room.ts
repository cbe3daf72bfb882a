import { AioError } from '@aio/core/errors';

/**
 * Bytes of long values that a worker holds at once, as JSON text. Parsed values take about ten times as much, and a worker
 * has 512 MB. So the largest output (16 MB) fits, with 8 MB to spare.
 */
const ROOM_BYTES = 24 * 1024 * 1024;
/** Created once, because every attempt closes its reservation and errors are slow to create. */
const ROOM_LEFT = new AioError(
  'room_left',
  'The attempt or evaluation ended while it waited for room.',
);

/** Limits the memory for long values. A caller waits until there is room. */
export interface Room {
  reserve(): Reservation;
}

/** The room of one attempt or evaluation. */
export interface Reservation {
  /**
   * Adds room, first come, first served. The reservation's total must fit the limit.
   * @throws AioError `values_too_large` if it never fits; the signal's reason; `room_left` after `close`
   */
  take(bytes: number, signal?: AbortSignal): Promise<void>;
  /** Gives all room back. You may call it twice. */
  close(): void;
}

interface Waiting {
  bytes: number;
  enter(): void;
}

export function createRoom(capacity = ROOM_BYTES): Room {
  const waiting = new Set<Waiting>();
  let free = capacity;

  function admit(): void {
    for (const one of waiting) {
      if (one.bytes > free) return;
      waiting.delete(one);
      free -= one.bytes;
      one.enter();
    }
  }

  return {
    reserve() {
      const leave = new AbortController();
      let held = 0;
      return {
        async take(bytes, signal) {
          if (held + bytes > capacity) throw tooLarge(held + bytes, capacity);
          const signals = signal ? [signal, leave.signal] : [leave.signal];
          const left = AbortSignal.any(signals);
          left.throwIfAborted();
          await new Promise<void>((resolve, reject) => {
            const one = {
              bytes,
              enter() {
                left.removeEventListener('abort', giveUp);
                held += bytes;
                resolve();
              },
            };
            const giveUp = () => {
              waiting.delete(one);
              admit();
              reject(left.reason as Error);
            };
            left.addEventListener('abort', giveUp, { once: true });
            waiting.add(one);
            admit();
          });
        },
        close() {
          leave.abort(ROOM_LEFT);
          free += held;
          held = 0;
          admit();
        },
      };
    },
  };
}

function tooLarge(bytes: number, limit: number): AioError {
  return new AioError(
    'values_too_large',
    `The expressions read ${bytes} bytes of stored outputs. A worker reads at most ${limit} at once. Use fewer or shorter outputs.`,
    { details: { bytes, limit } },
  );
}
