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
  /** In messages: "The limit of large bodies of yours at once is 4". */
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
    // A read takes up to 50 MB, and two of one person only compete.
    trace_reads: { person: 1, process: 4, unit: 'reads of traces' },
    bulk_actions: { person: 1, process: 4, unit: 'bulk actions' },
    large_bodies: { person: 4, process: 64, unit: 'large bodies' },
    event_streams: {
      person: config.eventStreamsPerPerson,
      process: Infinity,
      unit: 'event streams',
    },
    run_streams: { person: 10, process: Infinity, unit: 'event streams of one run' },
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
   * @param of the object, if the caller's limit is for each object
   * @throws AioError `too_many_at_once` (the caller's limit), `busy` (the limit of all callers)
   */
  enter(limit: AtOnceLimit, request: InProgress, amount?: number, of?: string): void;
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

  function enter(limit: AtOnceLimit, request: InProgress, amount = 1, of = ''): void {
    const { person, process, unit } = deps.caps[limit];
    const own = `${limit} ${of} ${request.principal.subject}`;
    if (countOf(own) + amount > person) {
      deps.onRefused(limit);
      throw new AioError('too_many_at_once', `The limit of ${unit} of yours at once is ${person}.`);
    }
    if (countOf(limit) + amount > process) {
      deps.onRefused(limit);
      throw new AioError('busy', `The limit of ${unit} of all callers at once is ${process}.`);
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
