import { AioError } from '@aio/core/errors';

/**
 * Bytes of long values that a worker has in memory at once, as JSON text; parsed, they take some ten times as much. So
 * there is room for the largest output and half as much beside it, within the 512 MB of a worker.
 */
const ROOM_BYTES = 24 * 1024 * 1024;
/** Made once: every attempt closes its reservation. */
const ROOM_LEFT = new AioError(
  'room_left',
  'The attempt or evaluation ended while it waited for room.',
);

/** Bounds the memory of long values, however many slots and runs there are. Without room, a caller waits. */
export interface Room {
  reserve(): Reservation;
}

/** The room that one attempt or evaluation has. */
export interface Reservation {
  /**
   * Waits for so much more, those that asked first before others. What is asked for while some is held already must
   * fit beside it.
   * @throws AioError `values_too_large` when it never fits; the reason of the signal; `room_left` after `close`
   */
  take(bytes: number, signal?: AbortSignal): Promise<void>;
  /** Gives back what is held; again does nothing. */
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
