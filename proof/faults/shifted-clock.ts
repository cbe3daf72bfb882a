import { shiftClock } from '@aio/tools/servers/faketime';
import { readAttempts } from '../oracles/rows.ts';
import type { Drill } from '../drills/kit/drill.ts';
import { skipDrill } from '../drills/kit/errors.ts';

const HOUR_SECONDS = 3600;
const DELAY_MS = 3000;
const RETRY_AFTER_MS = 2000;

/** One worker is an hour ahead and the other an hour behind, so every run meets a wrong clock. */
export const shiftedClock: Drill = {
  name: 'shifted-clock',
  what: "one worker's clock is an hour ahead, the other's an hour behind (libfaketime)",
  limits: 'delays and Retry-After off by <= 2 s',
  async run({ checks, startBed, programDir, progress }) {
    const [ahead, behind] = await Promise.all(
      [HOUR_SECONDS, -HOUR_SECONDS].map((seconds) => shiftClock(seconds, { dataDir: programDir })),
    ).catch(skipDrill);
    const bed = await startBed({
      processEnv: { 'worker-1': ahead!, 'worker-2': behind! },
    });
    const workflow = await bed.createWorkflow('clock', {
      sleep: { type: 'delay', with: { duration: `${DELAY_MS}ms` } },
      again: {
        ...bed.call('fail=1'),
        retry: { maxAttempts: 2, backoff: 'constant', delay: `${RETRY_AFTER_MS}ms` },
      },
    });
    progress('delays');
    const runs: string[] = [];
    for (let index = 0; index < 24; index++) runs.push(await bed.submit(workflow));
    await bed.settle();
    let delayOff = 0;
    let retryOff = 0;
    for (const run of runs) {
      const [sleep] = await readAttempts(bed.db, run, 'sleep');
      const [first, second] = await readAttempts(bed.db, run, 'again');
      const sleptMs = sleep ? sleep.finishedAt - sleep.startedAt : Number.NaN;
      const waitedMs = first && second ? second.startedAt - first.finishedAt : Number.NaN;
      delayOff = Math.max(delayOff, Math.abs(sleptMs - DELAY_MS));
      retryOff = Math.max(retryOff, Math.abs(waitedMs - RETRY_AFTER_MS));
    }
    checks.atMost('delays off by', delayOff / 1000, 2, 's');
    checks.atMost('retries off by', retryOff / 1000, 2, 's');
    const offMs = await measureShifts(bed.system.workers.map(({ metricsUrl }) => metricsUrl));
    checks.that(
      offMs.every((off) => Math.abs(off) > (HOUR_SECONDS - 60) * 1000),
      `the workers' clocks are off by only ${offMs.join(' and ')} ms`,
    );
    checks.rows(await bed.judge(), { fx: 2 });
  },
};

/** Offset of each process's clock from ours in ms, by the Date header of its answer. */
function measureShifts(urls: readonly string[]): Promise<number[]> {
  return Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url);
      await response.body?.cancel();
      return Date.parse(response.headers.get('date') ?? '') - Date.now();
    }),
  );
}
