import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@aio/tools/system/client';
import type { Drill } from '../drills/kit/drill.ts';
import { closeSubmitGate } from '../bed/submit-gate.ts';
import { findRunner, readStep, waitForHolds } from '../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

/** A little longer than a worker waits for the answer to a query. */
const QUERY_TIMEOUT_MS = 13_000;

export const commitUnheard: Drill = {
  name: 'commit-unheard',
  what: 'PostgreSQL commits a submission or a result, and its answer is lost until the caller has given up',
  limits: 'DUP 0; the client gets 503 and its retry gets the same run; FX 1 for the committed call',
  async run({ checks, full, startBed, defer, progress }) {
    const bed = await startBed({ paths: ['api', 'worker-1', 'worker-2'] });
    const { simulator, api } = bed.system;
    for (let round = 1; round <= (full ? 3 : 1); round++) {
      progress(`round ${round}`);
      const idempotencyKey = `unheard-${round}`;
      const workflow = await bed.createWorkflow(`unheard-${round}`, {
        call: { ...bed.call(`hold=${round}`), timeout: '5m' },
        next: { ...bed.call('ms=0'), needs: ['call'] },
      });
      const submit = () => api.submitRun(workflow, {}, { idempotencyKey });
      const apiPath = bed.path('api', 'postgres');
      const gate = await closeSubmitGate(bed.db, defer);
      const asked = submit().catch((error: unknown) => error);
      await gate.reached(10_000);
      await apiPath.set('answers lost');
      await gate.open();
      const answer = await asked;
      await apiPath.set('open');
      const status = answer instanceof ApiError ? answer.status : String(answer);
      checks.that(status === 503, `the client got ${status}, not 503`);
      const { id: run } = await waitUntil('the API answers again', 20_000, submit);
      bed.accepted.push({ id: run, expected: null });

      await waitForHolds(bed, String(round), 1, 10_000);
      const worker = await findRunner(bed, run, 'call', 10_000);
      const workerPath = bed.path(worker.name, 'postgres');
      await workerPath.set('answers lost');
      await simulator.release(String(round));
      await waitUntil('the result is committed', 5000, async () => {
        return (await readStep(bed, run, 'call'))?.isRecorded;
      });
      await sleep(QUERY_TIMEOUT_MS);
      await workerPath.set('open');
      await bed.settle();
      const { byKey } = await simulator.calls();
      checks.atMost('calls of the committed step', byKey[`${run}-call--1`] ?? 0, 1);
    }
    await bed.settle();
    checks.rows(await bed.judge(), { fx: 2 });
  },
};
