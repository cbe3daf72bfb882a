import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Drill } from '../drills/kit/drill.ts';
import { startPulse } from '../bed/pulse.ts';
import { startReaders } from '../bed/readers.ts';
import { countRows, firstStartAfter } from '../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

export const postgresRestarts: Drill = {
  name: 'postgres-restarts',
  what: 'restarts PostgreSQL every 5 to 10 s for 10 minutes (short: 15 s), orderly or by SIGQUIT, under load',
  limits: 'clients get no error but 503; work resumes within 10 s of each restart',
  async run({ checks, full, random, startBed, progress }) {
    const bed = await startBed();
    const { postgres } = bed.servers;
    const pulse = await startPulse(bed, { everyMs: 150, halfUnkeyed: true });
    const endsAt = performance.now() + (full ? 600_000 : 15_000);
    const returns: Date[] = [];
    let killed = 0;
    while (performance.now() < endsAt) {
      await sleep(random.int(5000, 10_000));
      const quits = random.chance(0.5);
      progress(`restart ${returns.length + 1}`);
      if (quits) killed += 1;
      await postgres.end(quits ? 'SIGQUIT' : undefined);
      await postgres.start();
      returns.push(new Date());
    }
    await sleep(2000);
    await pulse.stop();
    await bed.settle();
    const resumed: number[] = [];
    for (const at of returns) resumed.push(await firstStartAfter(bed.db, at));
    const longest = resumed.some(Number.isNaN) ? Number.NaN : Math.max(...resumed);
    const refused = pulse.statuses.get(503) ?? 0;
    checks.note(
      `${returns.length} restarts, ${pulse.statuses.get(202)} submissions accepted, ${refused} answered 503`,
    );
    checks.atMost('work after', longest / 1000, 10, 's');
    checks.rows(await bed.judge({ unanswered: pulse.unanswered() }));
    checks.killed(killed);
  },
};

/** The decision to fail over takes a moment. */
const UNDECIDED_MS = 3000;

export const promoteReplica: Drill = {
  name: 'promote-replica',
  what: 'kill -9 the primary under load, promote its replica, and point the pooler to it; every commit waits for the replica',
  limits: 'clients get no error but 503, and only without a primary; work resumes within 10 s',
  async run({ checks, startBed, progress }) {
    const bed = await startBed();
    const { scaled } = bed;
    if (scaled === null) throw new Error('This drill needs the scaled-out topology.');
    await letCommitsWait(bed.db);
    const pulse = await startPulse(bed, { everyMs: 100, halfUnkeyed: true });
    const readers = startReaders(bed.system.api);
    await sleep(3000);
    progress('kills the primary');
    await scaled.postgres.end('SIGKILL');
    await sleep(UNDECIDED_MS);
    progress('promotes the replica');
    await scaled.promoteReplica();
    const back = new Date();
    await sleep(10_000);
    const refused = [...pulse.statuses].filter(([status]) => status !== 202);
    pulse.forget();
    await sleep(2000);
    pulse.expectOnly202(checks, 'answers afterwards');
    await readers.stop();
    await pulse.stop();
    await bed.settle();
    checks.note(`answers without a primary: ${JSON.stringify(refused)}`);
    for (const [status, count] of refused)
      checks.that(status === 503, `the API answered ${status} to ${count} submissions`);
    for (const failure of readers.failures)
      checks.that(failure.startsWith('503 '), `the API answered ${failure} to a list`);
    checks.atMost('work after', (await firstStartAfter(bed.db, back)) / 1000, 10, 's');
    checks.rows(await bed.judge({ unanswered: pulse.unanswered() }));
    checks.killed(1);
  },
};

/** Otherwise commits that the replica does not have yet are lost with the primary. */
async function letCommitsWait(db: Pool): Promise<void> {
  await db.query(`alter system set synchronous_standby_names = '*'`);
  await db.query('select pg_reload_conf()');
  await waitUntil('the replica is synchronous', 10_000, () =>
    countRows(db, `pg_stat_replication where sync_state = 'sync'`),
  );
}
