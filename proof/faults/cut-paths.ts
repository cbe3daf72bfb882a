import { setTimeout as sleep } from 'node:timers/promises';
import { type Drill, STUCK_LIMIT_MS } from '../drills/kit/drill.ts';
import { startPulse } from '../bed/pulse.ts';
import { watchReadiness } from '../bed/probes.ts';

const FULL_MS = 30_000;
/** A little longer than a lease, so the other worker takes over the runs. */
const SHORT_MS = 12_000;

/** One drill for each path between a process and a server. */
export const CUT_PATHS: readonly Drill[] = [
  cutPath('worker-1', 'postgres'),
  cutPath('worker-1', 'redis'),
  cutPath('api', 'postgres'),
  cutPath('api', 'redis'),
];

function cutPath(process: 'worker-1' | 'api', to: 'postgres' | 'redis'): Drill {
  return {
    name: `cut-${process.split('-')[0]}-${to}`,
    what: `packets between ${process} and ${to} are lost for ${FULL_MS / 1000} s (short: ${SHORT_MS / 1000} s), under load`,
    limits:
      '/ready 503 within 5 s of the cut, 200 within 10 s of its end; /health 200 throughout; DUP 0',
    async run({ checks, full, startBed, progress }) {
      const bed = await startBed({ paths: [process] });
      const pulse = await startPulse(bed, { everyMs: 150 });
      const [worker] = bed.system.workers;
      const url = process === 'api' ? bed.system.apiUrl : worker!.metricsUrl;
      const watch = watchReadiness(new URL(url).origin);
      await sleep(1000);
      progress('cut');
      await bed.path(process, to).set('cut');
      const cutAt = performance.now();
      const cutOn = new Date();
      await sleep(full ? FULL_MS : SHORT_MS);
      progress('repaired');
      await bed.path(process, to).set('open');
      const openedAt = performance.now();
      await sleep(11_000);
      await watch.stop();
      await pulse.stop();
      await bed.settle();
      checks.atMost('/ready 503 after', watch.firstReady(503, cutAt) / 1000, 5, 's');
      checks.atMost('200 after', watch.firstReady(200, openedAt) / 1000, 10, 's');
      for (const flaw of watch.unhealthy.slice(0, 3)) checks.that(false, flaw);
      const refused = pulse.statuses.get(503) ?? 0;
      checks.note(`${pulse.statuses.get(202)} submissions accepted, ${refused} answered 503`);
      // Submissions only need PostgreSQL.
      checks.that(
        refused === 0 || (process === 'api' && to === 'postgres'),
        'the API refused a submission',
      );
      // A worker that cannot reach PostgreSQL loses its runs to others, as a dead one does.
      const kills = process === 'worker-1' ? [{ pid: worker!.pid, at: cutOn }] : [];
      checks.rows(await bed.judge({ kills }), { stuckMs: STUCK_LIMIT_MS });
    },
  };
}
