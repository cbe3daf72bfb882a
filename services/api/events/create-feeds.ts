import type { Queryable } from '@aio/platform/postgres/queryable';
import {
  readEventSeqs,
  readRunEvents,
  type StoredEvent,
} from '@aio/platform/queries/runs/run-events';
import type { LiveTextSubscriber } from '@aio/platform/queues/live-texts';
import { logEvent } from '@aio/runtime/log-event';
import type { Log } from '../log.ts';
import type { RunEvent } from './run-event.ts';
import { createRunFeeds, type ReadRunEvents, type RunFeeds } from './run-feeds.ts';
import { isoTime } from '../http/iso-time.ts';

/** Sources of the event streams. */
export interface Feeds {
  runs: RunFeeds;
  readEvents: ReadRunEvents;
  texts: Pick<LiveTextSubscriber, 'watch'>;
  close(): void;
}

const RUN_POLL_MS = 300;
/** Pages take a stream for dead after some missing heartbeats, and show it. */
const HEARTBEAT_MS = 5_000;

export function createFeeds({
  db,
  texts,
  log,
}: Pick<Feeds, 'texts'> & { db: Queryable; log: Log }): Feeds {
  const onError = (error: unknown): void => {
    logEvent(log, 'streamsBlind', { err: error });
  };

  async function readEvents(runId: string, afterSeq: number, limit: number): Promise<RunEvent[]> {
    const events = await readRunEvents(db, runId, afterSeq, limit);
    return events.map((event) => presentRunEvent(runId, event));
  }

  const runs = createRunFeeds({
    readEventSeqs: (ids) => readEventSeqs(db, ids, null),
    readEvents,
    pollMs: RUN_POLL_MS,
    heartbeatMs: HEARTBEAT_MS,
    onError,
  });

  return { runs, readEvents, texts, close: runs.close };
}

function presentRunEvent(runId: string, event: StoredEvent): RunEvent {
  const { seq, type, step, iteration, attempt, status, error } = event;
  return {
    seq,
    type,
    at: isoTime(event.atMs),
    runId,
    ...(step !== null && { step }),
    ...(iteration !== null && iteration >= 0 && { iteration }),
    ...(attempt !== null && attempt > 0 && { attempt }),
    status,
    ...(error !== null && { error: { code: error.code, message: error.message } }),
  };
}
