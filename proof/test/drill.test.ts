import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bed } from '../bed/bed.ts';
import { type Drill, SHORT_LEASE } from '../drills/kit/drill.ts';
import { describeOutcome, isPassed } from '../drills/kit/report.ts';
import { findRunner, waitForHolds } from '../oracles/rows.ts';
import { runDrill } from '../drills/kit/run-drills.ts';
import { programFolder } from '@aio/tools/system/own-servers';

const WITHIN_MS = 30_000;
const OPTIONS = {
  seed: 1,
  full: false,
  programDir: programFolder(process.env.AIO_DATA_DIR),
  searchPath: process.env.PATH ?? '',
  interrupted: new Promise<never>(() => {}),
};
const drill = (run: Drill['run']): Drill => ({ name: 'kit', what: '', limits: '', run });

test('a drill breaks AIO on its own servers, and judges the rows', async (t) => {
  const outcome = await runDrill(
    drill(async ({ checks, startBed }) => {
      const bed = await startBed({ env: SHORT_LEASE });
      const workflow = await bed.createWorkflow('held', {
        call: { ...bed.call('hold=call'), timeout: '5m' },
        next: { ...bed.call('ms=0'), needs: ['call'] },
      });
      const run = await bed.submit(workflow);
      await waitForHolds(bed, 'call', 1, WITHIN_MS);
      const worker = await findRunner(bed, run, 'call', WITHIN_MS);
      await bed.kill(worker);
      await bed.system.simulator.release('call');
      await bed.settle();
      const verdict = await bed.judge();
      checks.rows(verdict);
      checks.atLeast('attempts lost', verdict.attemptsLost, 1);
    }),
    OPTIONS,
  );
  const lines = describeOutcome(outcome).join('\n');
  t.diagnostic(lines);
  assert.ok(isPassed(outcome), lines);
  assert.match(lines, /LOST 0 DUP 0 STUCK [\d.]+ s FX [2-9], attempts lost [1-9]/);
  assert.equal(outcome.kind === 'done' && outcome.result.kills, 1);
});

test('an interruption during the start leaves no server running', async () => {
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  let started: Bed | undefined;
  const impatient = drill(async ({ startBed }) => {
    reject(new Error('interrupted by SIGINT'));
    started = await startBed();
    return new Promise<never>(() => {});
  });
  await assert.rejects(runDrill(impatient, { ...OPTIONS, interrupted }), /SIGINT/);
  assert.ok(started, 'waited for the start');
  assert.equal(started.servers.postgres.isAlive(), false);
  assert.equal(started.servers.redis.isAlive(), false);
});
