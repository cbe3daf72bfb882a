import type { Queryable } from '@aio/platform/postgres/queryable';
import { listRuns, type RunSummary } from '@aio/platform/queries/runs/list-runs';
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
import { createRunListFeed, type ListedRun, type RunListFeed } from './run-list-feed.ts';
import { isoTime } from '../http/iso-time.ts';

/** Sources of the event streams. */
export interface Feeds {
  runs: RunFeeds;
  followList: FollowList;
  readEvents: ReadRunEvents;
  texts: Pick<LiveTextSubscriber, 'watch'>;
  close(): void;
}

/**
 * Follows the list of runs.
 * @param owner a subject; null = runs of all owners
 */
export type FollowList = (
  owner: string | null,
  signal: AbortSignal,
) => AsyncGenerator<ListedSummary[]>;

export type ListedSummary = RunSummary & ListedRun;

const RUN_POLL_MS = 300;
const LIST_POLL_MS = 1_000;
/** Pages take a stream for dead after some missing heartbeats, and show it. */
const HEARTBEAT_MS = 5_000;
const NEWEST_RUNS = 100;

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

  async function readListed(
    owner: string | null,
    ids: readonly string[],
  ): Promise<ListedSummary[]> {
    const [newest, watched] = await Promise.all([
      listRuns(db, { owner, limit: NEWEST_RUNS, cursor: null }),
      ids.length === 0 ? null : listRuns(db, { ids, limit: ids.length, cursor: null }),
    ]);
    const runs = [...(watched?.items ?? []), ...newest.items];
    return [...new Map(runs.map((run) => [run.id, toListed(run)])).values()];
  }

  const runs = createRunFeeds({
    readEventSeqs: (ids) => readEventSeqs(db, ids, null),
    readEvents,
    pollMs: RUN_POLL_MS,
    heartbeatMs: HEARTBEAT_MS,
    onError,
  });
  const lists = new Map<string | null, RunListFeed<ListedSummary>>();

  /** One poll per owner, however many streams follow. */
  function listOf(owner: string | null): RunListFeed<ListedSummary> {
    const list =
      lists.get(owner) ??
      createRunListFeed({
        readRuns: (ids) => readListed(owner, ids),
        pollMs: LIST_POLL_MS,
        heartbeatMs: HEARTBEAT_MS,
        onError,
      });
    lists.set(owner, list);
    return list;
  }

  return {
    runs,
    followList: (owner, signal) => listOf(owner).follow(signal),
    readEvents,
    texts,
    close() {
      runs.close();
      for (const list of lists.values()) list.close();
    },
  };
}

function toListed(run: RunSummary): ListedSummary {
  const { status, stepsSucceeded, costUsd, children, waitingFor } = run;
  // Without the queue position, which changes whenever another run starts.
  const mark = [status, stepsSucceeded, costUsd, children.costUsd, waitingFor?.reason].join();
  return { ...run, mark, finished: run.finishedAt !== null };
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
