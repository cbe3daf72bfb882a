import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@aio/tools/system/client';

/** A run in the API's list. */
export interface RunSummary {
  id: string;
  workflow: { name: string };
  status: string;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  stepsSucceeded: number;
  traceId: string | null;
  traceUrl: string | null;
}

export interface SlowRun extends Pick<RunSummary, 'id' | 'status' | 'traceId' | 'traceUrl'> {
  workflow: string;
  /** Seconds after the load began. */
  after: number;
  time: RunTime;
}

/** Milliseconds by class of time, e.g. `queue` and `http`. */
export type TimeByClass = Readonly<Record<string, number>>;

/** The part of the answer of `GET /runs/{id}/time` that the report uses. The classes add up to the totals. */
export interface RunTime {
  totalMs: number;
  byClass: TimeByClass;
  /** Steps on the critical path, first to last. */
  path: { step: string; totalMs: number; byClass: TimeByClass }[];
}

export interface ReadRuns {
  api: Pick<ApiClient, 'get'>;
  /** Start of the load. */
  since: Date;
}

/** Names of load tests' workflows. */
const WORKFLOWS = /^load-/;
const PAGE = 200;
/** For a long soak, the newest runs are enough. */
const MOST_RUNS = 20_000;
const LOOK_EVERY_MS = 500;

/**
 * Waits until no run of the load is open, at most `withinMs`.
 * @returns the number of runs that are still open
 */
export async function waitForEnds(reading: ReadRuns, withinMs: number): Promise<number> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const query = 'status=queued,running,waiting';
    const open = (await listRuns(reading, query)).length;
    if (open === 0 || performance.now() > deadline) return open;
    await sleep(LOOK_EVERY_MS);
  }
}

/** The runs of the load, newest first. */
export async function listRuns(reading: ReadRuns, query = ''): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const since = `createdAfter=${reading.since.toISOString()}`;
    const page: { items: RunSummary[]; nextCursor: string | null } = await reading.api.get(
      `/runs?${query}&${since}&limit=${PAGE}${after}`,
    );
    runs.push(...page.items.filter(({ workflow }) => WORKFLOWS.test(workflow.name)));
    cursor = page.nextCursor;
  } while (cursor !== null && runs.length < MOST_RUNS);
  return runs;
}

/** The slowest runs, slowest first, with their time by class. */
export async function readSlowest(
  reading: ReadRuns,
  runs: readonly RunSummary[],
  count: number,
): Promise<SlowRun[]> {
  const slowest = runs
    .filter(({ durationMs }) => durationMs !== null)
    .toSorted((a, b) => Number(b.durationMs) - Number(a.durationMs))
    .slice(0, count);
  const found: SlowRun[] = [];
  for (const { id, status, traceId, traceUrl, workflow, createdAt } of slowest) {
    const after = (Date.parse(createdAt) - reading.since.getTime()) / 1000;
    const time = await reading.api.get<RunTime>(`/runs/${id}/time`);
    found.push({ id, status, traceId, traceUrl, workflow: workflow.name, after, time });
  }
  return found;
}
