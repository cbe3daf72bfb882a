import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../../lib/client.ts';
import type { Bed } from '../../lib/fault-drill/bed.ts';
import { createChecks } from '../../lib/fault-drill/checks.ts';
import type { Fault } from '../../lib/fault-drill/fault.ts';
import { SETTLE_WITHIN_MS } from '../../lib/fault-drill/settings.ts';
import { waitUntil } from '../../lib/wait-until.ts';

const CLIENTS = 8;
/** Where the submissions stand when the API is killed. */
const MOMENTS = ['before the commit', 'after the commit', 'at any moment'] as const;

export const killApi: Fault = {
  name: 'kill-api',
  what: 'kill -9 the API during submits (before the commit, after it, at any moment); clients retry with their Idempotency-Key',
  limit: 'one run a key, dispatched within 10 s',
  async run({ full, random, startBed, progress }) {
    const bed = await startBed({ paths: ['api'] });
    const [api] = bed.system.apis;
    if (!api) throw new Error('there is no API');
    const workflow = await bed.createWorkflow('submitted', {
      only: { type: 'transform', with: { value: 1 } },
    });
    const checks = createChecks();
    const conflicts: string[] = [];
    const rounds = full ? 24 : MOMENTS.length;
    for (let round = 0; round < rounds; round++) {
      const moment = MOMENTS[round % MOMENTS.length];
      progress(`kill ${round + 1} of ${rounds}, ${moment}`);
      const path = bed.path('api', 'postgres');
      const before = await countRuns(bed);
      if (moment === 'before the commit') await path.set('cut');
      if (moment === 'after the commit') await path.set('answers lost');
      const clients = Array.from({ length: CLIENTS }, () => insist(bed, workflow, conflicts));
      if (moment === 'after the commit')
        await waitUntil(
          'a submission is committed',
          5000,
          async () => (await countRuns(bed)) > before,
        );
      else await sleep(moment === 'before the commit' ? 300 : random.int(0, 40));
      await api.signal('SIGKILL');
      await path.set('open');
      await api.restart();
      await Promise.all(clients);
    }
    await bed.settle(SETTLE_WITHIN_MS);
    const verdict = await bed.judge({ serverErrors: conflicts });
    checks.rows(verdict);
    checks.atMost('dispatched within', verdict.queuedRunMs / 1000, 10, 's');
    checks.note(`${bed.accepted.length} runs`);
    return checks.result(rounds);
  },
};

async function countRuns(bed: Bed): Promise<number> {
  const { rows } = await bed.db.query<{ count: number }>('select count(*)::int as count from runs');
  return rows[0]?.count ?? 0;
}

/** Asks with one key until there is a run. */
async function insist(bed: Bed, workflow: string, faulty: string[]): Promise<void> {
  const idempotencyKey = randomUUID();
  for (;;) {
    try {
      const { id } = await bed.system.api.submitRun(workflow, {}, { idempotencyKey });
      bed.accepted.push({ id, expected: null });
      return;
    } catch (error) {
      if (error instanceof ApiError && error.status !== 503) faulty.push(error.message);
      await sleep(100);
    }
  }
}
