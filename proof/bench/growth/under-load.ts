import { readPartitions } from '@aio/platform/partitions/read-partitions';
import { timeOfId } from '@aio/platform/queries/id-times';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantileOf } from '../../bed/quantile.ts';
import { chain, toNoOpWorkflow } from '@aio/loadtest/workflows/shapes';
import type { System } from '@aio/tools/system/system';
import { waitUntil } from '@aio/tools/system/wait-until';
import type { Database } from '@aio/tools/system/database';

export interface RetainedUnderLoad {
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
export async function retainUnderLoad(
  { api }: Pick<System, 'api'>,
  { db, keepMs, start }: { db: Database; keepMs: number; start: () => Promise<void> },
): Promise<RetainedUnderLoad> {
  const failures: string[] = [];
  const ms: number[] = [];
  let isOver = false;
  const time = async <Answer>(answer: Promise<Answer>): Promise<Answer | undefined> => {
    const askedAt = performance.now();
    try {
      return await answer;
    } catch (error) {
      failures.push(String(error));
      return undefined;
    } finally {
      ms.push(performance.now() - askedAt);
    }
  };
  await api.createWorkflow(toNoOpWorkflow('load', chain(1)));
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!isOver) {
      const run = await time(api.submitRun('load', {}));
      await time(api.get('/runs?limit=50'));
      if (run) await time(api.getRun(run.id));
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
