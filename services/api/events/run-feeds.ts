import { keepNewest } from '../keep-newest.ts';
import { isLastEvent, type RunEvent } from './run-event.ts';
import { createNotifier, followEvents, type Notifier } from '@aio/http/event-stream';
import { createPoller } from './poller.ts';

/** Reads at most `limit` events of a run with numbers above `afterSeq`, in order. */
export type ReadRunEvents = (runId: string, afterSeq: number, limit: number) => Promise<RunEvent[]>;

export interface RunFeeds {
  /**
   * Yields the events after `afterSeq` in batches, and an empty batch after `heartbeatMs` without
   * events. Ends after the run's last event, on abort and on `close`.
   */
  follow(runId: string, afterSeq: number, signal: AbortSignal): AsyncGenerator<readonly RunEvent[]>;
  /** Polls at once, because the run has changed. */
  hurry(runId: string): void;
  close(): void;
}

interface Feed {
  listeners: number;
  tail: EventTail;
  notifier: Notifier;
  /** Before the tail, by the number that they follow. */
  pages: Map<number, Promise<RunEvent[]>>;
}

const PAGE_SIZE = 1000;
/** Of each run. */
const PAGES_KEPT = 4;
const numberOf = ({ seq }: RunEvent) => seq;

/**
 * One feed per run and one poll per process, however many streams follow. A poll reads the number of
 * the latest event of each followed run, and events only of runs whose number has changed. A stream
 * buffers nothing: slow ones share pages from the database.
 */
export function createRunFeeds(deps: {
  readEventSeqs: (runIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readEvents: ReadRunEvents;
  pollMs: number;
  heartbeatMs: number;
  onError: (error: unknown) => void;
}): RunFeeds {
  const feeds = new Map<string, Feed>();
  const { heartbeatMs } = deps;
  const closing = new AbortController();
  const poller = createPoller({ everyMs: deps.pollMs, poll, onError: deps.onError });

  async function poll(): Promise<void> {
    if (feeds.size === 0) return;
    const seqs = await deps.readEventSeqs([...feeds.keys()]);
    for (const [runId, feed] of feeds) {
      await advance(runId, feed, seqs.get(runId) ?? 0);
    }
  }

  async function advance(runId: string, { tail, notifier }: Feed, seq: number): Promise<void> {
    while (tail.end < seq) {
      const events = await deps.readEvents(runId, tail.end, PAGE_SIZE);
      tail.append(events, events.length < PAGE_SIZE ? seq : 0);
      notifier.notify();
    }
  }

  function join(runId: string, afterSeq: number): Feed {
    const feed = feeds.get(runId) ?? {
      listeners: 0,
      tail: createEventTail(afterSeq, PAGE_SIZE),
      notifier: createNotifier(),
      pages: new Map(),
    };
    feed.listeners += 1;
    feeds.set(runId, feed);
    poller.start();
    poller.hurry();
    return feed;
  }

  function leave(runId: string, feed: Feed): void {
    feed.listeners -= 1;
    if (feed.listeners === 0) feeds.delete(runId);
    if (feeds.size === 0) poller.stop();
  }

  /** The events after `seq`. Full pages never change; they begin at multiples of their size, so that streams share them. */
  async function readPage(runId: string, { pages }: Feed, seq: number): Promise<RunEvent[]> {
    const from = seq - (seq % PAGE_SIZE);
    const page = pages.get(from) ?? deps.readEvents(runId, from, PAGE_SIZE);
    keepNewest(pages, from, page, PAGES_KEPT);
    const events = await page.catch(() => []);
    if (events.length === PAGE_SIZE) return events.filter((event) => event.seq > seq);
    pages.delete(from);
    return deps.readEvents(runId, seq, PAGE_SIZE);
  }

  return {
    async *follow(runId, afterSeq, signal) {
      const stopped = AbortSignal.any([signal, closing.signal]);
      if (stopped.aborted) return;
      const feed = join(runId, afterSeq);
      try {
        const { tail, notifier } = feed;
        /** Events before the tail, or the tail's if there are none. */
        const read = async (seq: number): Promise<readonly RunEvent[]> => {
          const { start } = tail;
          const kept = tail.after(seq);
          if (kept !== undefined) return kept;
          const events = await readPage(runId, feed, seq);
          return events.length > 0 ? events : read(start);
        };
        const source = { read, notifier, numberOf, isLast: isLastEvent, heartbeatMs };
        yield* followEvents<RunEvent>(source, afterSeq, stopped);
      } finally {
        leave(runId, feed);
      }
    },
    hurry(runId) {
      if (feeds.has(runId)) poller.hurry();
    },
    close() {
      closing.abort();
      poller.stop();
    },
  };
}

/** The latest events of a run, in memory for all streams that follow it. */
export interface EventTail {
  /** The tail holds all events with numbers in (start, end]. */
  readonly start: number;
  readonly end: number;
  /** Events after `seq`; undefined = the tail starts later. */
  after(seq: number): RunEvent[] | undefined;
  /** @param upTo the run has no other events up to this number */
  append(events: readonly RunEvent[], upTo: number): void;
}

function createEventTail(start: number, maxEvents: number): EventTail {
  let kept: RunEvent[] = [];
  const range = { start, end: start };
  return {
    get start() {
      return range.start;
    },
    get end() {
      return range.end;
    },
    after(seq) {
      return seq < range.start ? undefined : kept.filter((event) => event.seq > seq);
    },
    append(events, upTo) {
      kept.push(...events);
      range.end = Math.max(range.end, upTo, events.at(-1)?.seq ?? 0);
      const dropped = kept.slice(0, -maxEvents).at(-1);
      if (dropped === undefined) return;
      range.start = dropped.seq;
      kept = kept.slice(-maxEvents);
    },
  };
}
