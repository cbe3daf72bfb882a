import { readPartitions } from '@aio/platform/partitions/read-partitions';
import { timeOfId } from '@aio/platform/queries/id-times';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantileOf } from '../../lib/quantile.ts';
import type { System } from '../../lib/system.ts';
import { waitUntil } from '../../lib/wait-until.ts';
import type { Database } from '../../lib/database.ts';

export interface BesideLoad {
  dropped: number;
  requests: number;
  /** Answers with an error status, and requests without an answer. */
  failures: string[];
  p99Ms: number;
  longestMs: number;
}

const CLIENTS = 4;
const DROPPED_WITHIN_MS = 120_000;
/** Load before and after the drop, for comparison. */
const AROUND_MS = 3_000;

/**
 * Submits runs, lists them and reads them, while a worker that `start` starts drops runs older than `keepMs`.
 */
export async function retainBesideLoad(
  { api, apiUrl, fetch }: Pick<System, 'api' | 'apiUrl' | 'fetch'>,
  { db, keepMs, start }: { db: Database; keepMs: number; start: () => Promise<void> },
): Promise<BesideLoad> {
  const failures: string[] = [];
  const ms: number[] = [];
  let isOver = false;
  const ask = async (path: string, init?: RequestInit): Promise<unknown> => {
    const askedAt = performance.now();
    try {
      const response = await fetch(`${apiUrl}/api/v1${path}`, init);
      const body = await response.text();
      if (!response.ok) failures.push(`${path}: ${response.status} ${body.slice(0, 200)}`);
      return response.ok ? JSON.parse(body) : null;
    } catch (error) {
      failures.push(`${path}: ${String(error)}`);
      return null;
    } finally {
      ms.push(performance.now() - askedAt);
    }
  };
  await api.createWorkflow({
    name: 'beside',
    steps: { only: { type: 'transform', with: { value: 1 } } },
  });
  const submit = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"input":{}}',
  };
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!isOver) {
      const run = (await ask('/workflows/beside/runs', submit)) as { id: string } | null;
      await ask('/runs?limit=50');
      if (run) await ask(`/runs/${run.id}`);
    }
  });
  const dropped = await countOld(db, keepMs);
  try {
    await sleep(AROUND_MS);
    await start();
    await waitUntil(
      'old partitions are dropped',
      DROPPED_WITHIN_MS,
      async () => (await countOld(db, keepMs)) === 0,
    );
    await sleep(AROUND_MS);
  } finally {
    isOver = true;
    await Promise.all(clients);
  }
  return {
    dropped,
    requests: ms.length,
    failures,
    p99Ms: quantileOf(ms, 0.99),
    longestMs: Math.max(...ms),
  };
}

/** Counts sets of partitions that are too old or are being dropped. */
async function countOld(db: Database, keepMs: number): Promise<number> {
  const keptFrom = Date.now() - keepMs;
  const sets = await readPartitions(db);
  return sets.filter(({ to }) => to === null || timeOfId(to).getTime() <= keptFrom).length;
}
