import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../../lib/drill/drill.ts';
import { startPostman } from '../../lib/drill/postman.ts';
import { SETTLE_WITHIN_MS, STUCK_LIMIT_MS } from '../../lib/drill/settings.ts';
import { startLoad } from '../../lib/drill/mixed-load.ts';

export const repeatedDelivery: Drill = {
  name: 'repeated-delivery',
  what: 'delivers every job and message ten times, old ones too, in random order, under a load with all kinds of steps',
  limits: 'DUP 0, every step once',
  async run({ checks, full, seed, random, startBed, defer, progress }) {
    const bed = await startBed();
    const postman = await startPostman(bed.servers.redisUrl, random.fork());
    defer(() => postman.stop());
    progress('delivers');
    const load = await startLoad(
      { api: bed.system.api, simulatorUrl: bed.system.simulator.url },
      { seed, openRuns: 15 },
    );
    await sleep(full ? 60_000 : 8000);
    await load.endSubmissions();
    await bed.settle(SETTLE_WITHIN_MS);
    await load.stop();
    checks.note(`${postman.seen} messages seen, ${postman.delivered} extra deliveries`);
    checks.that(
      postman.seen > 0 && postman.delivered > 100,
      'too few messages were delivered again',
    );
    const { accepted, serverErrors } = load;
    checks.rows(await bed.judge({ accepted, serverErrors }), { stuckMs: STUCK_LIMIT_MS });
  },
};
