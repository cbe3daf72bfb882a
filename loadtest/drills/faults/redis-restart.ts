import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from '../../lib/drill/checks.ts';
import type { Drill } from '../../lib/drill/drill.ts';
import { startPulse } from '../../lib/drill/pulse.ts';
import { backlogTakenAfter, firstStartAfter } from '../../lib/drill/rows.ts';

export const redisRestart: Drill = {
  name: 'redis-restart',
  what: 'kill -9 Redis under load, start it again after 5 s (full: also after 60 s)',
  limits: 'submissions 202 throughout; work resumes within 5 s of the restart',
  async run({ checks, full, startBed, progress }) {
    const bed = await startBed();
    const { redis } = bed.servers;
    const pulse = await startPulse(bed, { everyMs: 150 });
    await sleep(1000);
    const outages = full ? [5, 60] : [5];
    for (const downS of outages) {
      progress(`down for ${downS} s`);
      await redis.end('SIGKILL');
      await sleep(downS * 1000);
      await redis.start();
      const back = new Date();
      await sleep(6000);
      checks.atMost('work after', (await firstStartAfter(bed.db, back)) / 1000, 5, 's');
      checks.atMost('backlog taken after', (await backlogTakenAfter(bed.db, back)) / 1000, 5, 's');
    }
    await pulse.stop();
    await bed.settle();
    const accepted = pulse.statuses.get(202) ?? 0;
    checks.note(`${accepted} submissions, the longest ${seconds(pulse.longestMs())}`);
    pulse.expectOnly202(checks);
    checks.rows(await bed.judge());
    checks.killed(outages.length);
  },
};
