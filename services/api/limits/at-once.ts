import type { AtOnceLimit } from '@aio/catalog/metrics/labels';
import { AioError } from '@aio/core/errors';
import type { Principal } from '../auth/principal.ts';

/** Bodies and reads count as large above this size. */
export const LARGE_BYTES = 100 * 1024;
/** A read counts at most so much, because outputs in one answer end at 8 MB. */
const LARGEST_READ_BYTES = 8 * 1024 * 1024;

/** How much may be in progress: of one person or program, and in this process. */
export interface Cap {
  person: number;
  process: number;
  /** In messages: "More than 4 large bodies at once". */
  unit: string;
}

export type Caps = Readonly<Record<AtOnceLimit, Cap>>;

/**
 * An answer's bytes exist four times: as packets of PostgreSQL, text, answer and compressed. So large reads take at most
 * 128 MB of a process.
 */
export function capsOf(config: { eventStreamsPerPerson: number }): Caps {
  return {
    large_reads: {
      person: LARGEST_READ_BYTES,
      process: 4 * LARGEST_READ_BYTES,
      unit: 'bytes of large reads',
    },
    large_bodies: { person: 4, process: 64, unit: 'large bodies' },
    event_streams: {
      person: config.eventStreamsPerPerson,
      process: Infinity,
      unit: 'event streams',
    },
  };
}

/** A request and its lifetime. */
export interface InProgress {
  principal: Pick<Principal, 'subject'>;
  /** Aborted when the answer has been sent, or the client has left. */
  signal: AbortSignal;
}

/** Limits what is in progress in this process, so that no caller takes its memory or its event loop. */
export interface AtOnce {
  /**
   * Counts the request until its end.
   * @throws AioError `too_many_at_once` (the caller's limit), `busy` (the limit of all callers)
   */
  enter(limit: AtOnceLimit, request: InProgress, amount?: number): void;
  /** Counts a read above `LARGE_BYTES`. Smaller ones are never refused. @throws AioError as `enter` */
  enterRead(request: InProgress, bytes: number): void;
}

export function createAtOnce(deps: {
  caps: Caps;
  onRefused: (limit: AtOnceLimit) => void;
}): AtOnce {
  const counts = new Map<string, number>();
  const countOf = (key: string) => counts.get(key) ?? 0;

  function add(key: string, amount: number): void {
    const sum = countOf(key) + amount;
    if (sum > 0) counts.set(key, sum);
    else counts.delete(key);
  }

  function enter(limit: AtOnceLimit, request: InProgress, amount = 1): void {
    const { person, process, unit } = deps.caps[limit];
    const own = `${limit} ${request.principal.subject}`;
    if (countOf(own) + amount > person) {
      deps.onRefused(limit);
      throw new AioError('too_many_at_once', `More than ${person} ${unit} of yours at once.`);
    }
    if (countOf(limit) + amount > process) {
      deps.onRefused(limit);
      throw new AioError('busy', `More than ${process} ${unit} of all callers at once.`);
    }
    const keys = [limit, own];
    for (const key of keys) add(key, amount);
    const leave = () => {
      for (const key of keys) add(key, -amount);
    };
    const { signal } = request;
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  }

  return {
    enter,
    enterRead(request, bytes) {
      if (bytes > LARGE_BYTES) enter('large_reads', request, Math.min(bytes, LARGEST_READ_BYTES));
    },
  };
}
