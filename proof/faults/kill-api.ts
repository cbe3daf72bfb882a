import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@aio/tools/system/client';
import type { Bed } from '../bed/bed.ts';
import type { Drill } from '../drills/kit/drill.ts';
import { closeSubmitGate } from '../bed/submit-gate.ts';

const CLIENTS = 8;
/** How far the submissions are when the API is killed. */
const MOMENTS = ['before the commit', 'after the commit', 'at any moment'] as const;

export const killApi: Drill = {
  name: 'kill-api',
  what: 'kill -9 the API during submissions (before the commit, after it, at any moment); clients retry with their Idempotency-Key',
  limits: 'one run per key, dispatched within 10 s',
  async run({ checks, full, random, startBed, defer, progress }) {
    const bed = await startBed({ paths: ['api'] });
    const [api] = bed.system.apis;
    const workflow = await bed.createWorkflow('submitted', {
      only: { type: 'transform', with: { value: 1 } },
    });
    const rounds = full ? 24 : MOMENTS.length;
    for (let round = 0; round < rounds; round++) {
      const moment = MOMENTS[round % MOMENTS.length];
      progress(`kill ${round + 1} of ${rounds}, ${moment}`);
      const path = bed.path('api', 'postgres');
      const gate = moment === 'after the commit' ? await closeSubmitGate(bed.db, defer) : null;
      if (moment === 'before the commit') await path.set('cut');
      const clients = Array.from({ length: CLIENTS }, () => insist(bed, workflow));
      await (gate ? gate.reached(10_000) : sleep(random.int(0, 60)));
      if (gate) {
        await path.set('answers lost');
        await gate.open();
      }
      await api!.signal('SIGKILL');
      await path.set('open');
      await api!.restart();
      await Promise.all(clients);
    }
    await bed.settle();
    const verdict = await bed.judge();
    checks.rows(verdict);
    checks.atMost('dispatched within', verdict.queuedRunMs / 1000, 10, 's');
    checks.note(`${bed.accepted.length} runs`);
    checks.killed(rounds);
  },
};

/** Submits with one key until the API accepts. */
async function insist(bed: Bed, workflow: string): Promise<void> {
  const idempotencyKey = randomUUID();
  for (;;) {
    try {
      const { id } = await bed.system.api.submitRun(workflow, {}, { idempotencyKey });
      bed.accepted.push({ id, expected: null });
      return;
    } catch (error) {
      // If there is a proxy, it answers 502 for the killed API.
      if (error instanceof ApiError && ![502, 503].includes(error.status))
        bed.serverErrors.push(error.message);
      await sleep(100);
    }
  }
}
