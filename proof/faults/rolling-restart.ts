import { setTimeout as sleep } from 'node:timers/promises';
import { startBalancer } from '../bed/balancer.ts';
import { createApiClient } from '@aio/tools/system/client';
import { type Drill, STUCK_LIMIT_MS } from '../drills/kit/drill.ts';
import { startPulse } from '../bed/pulse.ts';

/** Shorter than a worker's grace period, so the step ends on its worker. */
const SLOW_STEP_MS = 3000;

export const rollingRestart: Drill = {
  name: 'rolling-restart',
  what: 'SIGTERM to each worker and each of two APIs behind a balancer, one after the other, under load',
  limits:
    'clients get no 5xx and no broken connection; each process exits within 25 s; no call is made twice',
  async run({ checks, full, startBed, defer, progress }) {
    const bed = await startBed({ apis: 2 });
    const { apis, workers, proxy } = bed.system;
    let client = bed.system.api;
    if (proxy === null) {
      const balancer = await startBalancer(apis.map(({ url }) => url));
      defer(() => balancer.close());
      client = createApiClient(balancer.url, bed.system);
    }
    const slow = await bed.createWorkflow('slow', { call: bed.call(`ms=${SLOW_STEP_MS}`) });
    const pulse = await startPulse(bed, { everyMs: 50, api: client });
    let exitMs = 0;
    for (let round = 0; round < (full ? 5 : 1); round++)
      for (const process of [...workers, ...apis]) {
        progress(`SIGTERM to ${process.name}`);
        for (let index = 0; index < 4; index++)
          bed.accepted.push({ id: (await client.submitRun(slow)).id, expected: null });
        // By now the steps run.
        await sleep(300);
        const askedAt = performance.now();
        await process.signal('SIGTERM');
        exitMs = Math.max(exitMs, performance.now() - askedAt);
        await process.restart();
        await sleep(1000);
      }
    await pulse.stop();
    await bed.settle();
    checks.atMost('longest exit', exitMs / 1000, 25, 's');
    checks.note(`${pulse.statuses.get(202)} submissions`);
    pulse.expectOnly202(checks);
    checks.rows(await bed.judge(), { stuckMs: STUCK_LIMIT_MS, fx: 1 });
  },
};
