import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { startBalancer } from '../../bed/balancer.ts';
import { createApiClient } from '@aio/tools/system/client';
import type { Bed } from '../../bed/bed.ts';
import { seconds } from '../kit/checks.ts';
import { type DrillContext, STUCK_LIMIT_MS } from '../kit/drill.ts';
import { startPulse } from '../../bed/pulse.ts';
import { startReaders } from '../../bed/readers.ts';
import { migrate } from '@aio/tools/system/own-servers';
import type { SystemProcess } from '@aio/tools/system/system-process';
import { waitUntil } from '@aio/tools/system/wait-until';
import type { Edition } from '../../bed/edition.ts';

const SUBMIT_EVERY_MS = 60;
const BOTH_WITHIN_MS = 20_000;

interface Upgrade {
  dataDir: string;
  old: Edition;
  next: Edition;
  /** Whether the old code can start on the new schema. */
  oldStartsAgain: boolean;
}

/**
 * Migrates, then replaces every process with one of the next edition, one after the other. Meanwhile
 * clients submit and read through a balancer.
 */
export async function upgradeUnderLoad(
  { full, checks, startBed, defer, searchPath, progress }: DrillContext,
  { dataDir, old, next, oldStartsAgain }: Upgrade,
): Promise<void> {
  const bed = await startBed({ dataDir, root: old.root, apis: 2, workers: 2 });
  const { apis, workers } = bed.system;
  const balancer = await startBalancer(apis.map(({ url }) => url));
  defer(() => balancer.close());
  const client = createApiClient(balancer.url, bed.system);
  const goOn = () => sleep(full ? 6000 : 1000);
  const change = async (process: SystemProcess, to: Edition) => {
    progress(`${process.name} becomes ${to.version}`);
    await process.signal('SIGTERM');
    await process.restart(to.root);
    await goOn();
  };

  const pulse = await startPulse(bed, { everyMs: SUBMIT_EVERY_MS, api: client });
  const readers = startReaders(client);
  await goOn();

  progress('migrates during a long transaction');
  const report = readForLong(bed.db, full ? 12 : 3);
  // If the migration fails, its error matters, not that of the report.
  report.catch(() => undefined);
  const migratedAt = performance.now();
  await migrate({ root: next.root, databaseUrl: bed.servers.databaseUrl, searchPath, dataDir });
  checks.note(`migrated in ${seconds(performance.now() - migratedAt)}`);
  await report;
  await goOn();
  const [first, ...others] = workers;
  if (oldStartsAgain) {
    progress('kills an old worker and restarts it');
    await bed.kill(first!);
    await first!.restart();
    await goOn();
  }

  const mixedSince = new Date();
  await change(first!, next);
  // Each version has an API, too: an API's jobs reach workers of its own version first.
  await change(apis[0]!, next);
  const versions = [old.version, next.version];
  const shares = await waitUntil('both versions finish steps', BOTH_WITHIN_MS, async () => {
    const counts = await countByVersion(bed, mixedSince);
    return versions.every((version) => counts.has(version)) && counts;
  });
  for (const version of versions)
    checks.note(`${version} executed ${shares.get(version)} steps while both versions ran`);
  for (const process of [...others, ...apis.slice(1)]) await change(process, next);
  if (oldStartsAgain && full) {
    await change(first!, old);
    await change(first!, next);
  }

  await pulse.stop();
  await readers.stop();
  await bed.settle();
  const longestMs = Math.max(pulse.longestMs(), readers.longestMs());
  checks.note(
    `${pulse.statuses.get(202)} submissions and ${readers.count()} reads, the longest ${seconds(longestMs)}`,
  );
  checks.note(`retries of the balancer: ${tell(balancer.retries)}`);
  pulse.expectOnly202(checks, 'submissions');
  for (const failure of readers.failures.slice(0, 5)) checks.that(false, `a read: ${failure}`);
  checks.rows(await bed.judge(), { stuckMs: STUCK_LIMIT_MS, fx: 2 });
}

/** Reads the tables in a transaction and keeps it open, which blocks a migration. */
async function readForLong(db: Pool, seconds: number): Promise<void> {
  const connection = await db.connect();
  try {
    await connection.query('begin');
    await connection.query('select (select count(*) from runs), (select count(*) from steps)');
    await sleep(seconds * 1000);
    await connection.query('commit');
  } finally {
    connection.release();
  }
}

/** Number of steps finished since `since`, by the version of their worker. */
async function countByVersion(bed: Bed, since: Date): Promise<Map<string, number>> {
  const { rows } = await bed.db.query<{ version: string; steps: number }>(
    `select version, count(*)::int as steps from steps join workers on workers.id = worker_id
     where finished_at > $1 group by version`,
    [since],
  );
  return new Map(rows.map(({ version, steps }) => [version, steps]));
}

function tell(counts: ReadonlyMap<unknown, number>): string {
  return [...counts].map(([what, count]) => `${count} × ${String(what)}`).join(', ') || 'none';
}
