import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../drills/kit/drill.ts';
import { startPulse } from '../bed/pulse.ts';
import { firstStartAfter } from '../oracles/rows.ts';

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
