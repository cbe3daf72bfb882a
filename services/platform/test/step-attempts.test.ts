import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  listStepItems,
  MOST_EARLIER,
  readStepAttempts,
  type RunStep,
} from '../queries/runs/run-steps.ts';
import { readStepTimes } from '../queries/runs/step-times.ts';
import { createTestDatabase } from '../testing/database.ts';
import { readRun } from '../testing/read-run.ts';
import { postWorkflow, select, startRun } from './fixtures.ts';

const ATTEMPTS = 20;
const STEPS = 40;

test('of a run with many attempts', async (t) => {
  const { pool } = await createTestDatabase(t);
  const names = Array.from({ length: STEPS }, (_, nth) => `s${nth}`);
  const steps = Object.fromEntries([...names, 'each'].map((name) => [name, { type: 'http' }]));
  const { runId } = await startRun(pool, await postWorkflow(pool, 'flaky', steps));

  /** Attempt n is ready at second n, waits 10 ms, works 20 ms. The last one runs. */
  async function writeAttempts(step: string, iteration: number, later = 0): Promise<void> {
    const at = (n: string, ms: number) =>
      `timestamptz '2026-01-01Z' + (${n} + ${later}) * interval '1 second' + ${ms} * interval '1 ms'`;
    await select(
      pool,
      `with ended as (
         insert into step_attempts (run_id, step, iteration, attempt, status, error, ready_at, started_at, finished_at,
                                    started_seq, finished_seq)
         select $1, $2, $3, n, 'failed', '{"code":"x","message":"y"}', ${at('n', 0)}, ${at('n', 10)}, ${at('n', 30)}, n, n
         from generate_series(1, $4::int - 1) as n
       )
       insert into steps (run_id, step, iteration, kind, lane, status, attempt, ready_at, started_at)
       values ($1, $2, $3, 'http', 'http', 'running', $4, ${at('$4::int', 0)}, ${at('$4::int', 10)})`,
      runId,
      step,
      iteration,
      ATTEMPTS,
    );
  }
  for (const [nth, name] of names.entries()) await writeAttempts(name, -1, nth);
  for (const [nth] of names.entries()) await writeAttempts('each', nth, nth);
  // The oldest of all attempts is the last one of its step.
  await select(
    pool,
    `insert into step_attempts (run_id, step, iteration, attempt, status, error, ready_at, started_at, finished_at,
                                started_seq, finished_seq)
     values ($1, 'pauses', -1, 1, 'failed', '{"code":"x","message":"y"}', '2025-12-31Z', '2025-12-31Z', '2025-12-31Z', 1, 2)`,
    runId,
  );
  await select(
    pool,
    `insert into steps (run_id, step, kind, lane, status, attempt, ready_at, started_at, error)
     values ($1, 'pauses', 'http', 'http', 'waiting', 1, '2025-12-31Z', '2025-12-31Z', '{"code":"x","message":"y"}')`,
    runId,
  );

  const earlier = (all: readonly RunStep[]) =>
    all.flatMap(({ attempts }) => attempts.slice(0, -1).map(({ startedAt }) => startedAt));

  await t.test('it has the last one of each step, and the newest before them', async () => {
    const run = await readRun(pool, runId);
    for (const { step, attempt, attempts } of run.steps)
      assert.equal(attempts.at(-1)?.number, attempt, step);
    const pauses = run.steps.find(({ step }) => step === 'pauses')!;
    assert.deepEqual(
      pauses.attempts.map(({ status }) => status),
      ['failed'],
    );
    const shown = earlier(run.steps);
    assert.equal(shown.length, MOST_EARLIER);
    const all = Array.from({ length: STEPS * (ATTEMPTS - 1) }, (_, nth) => {
      return Date.parse('2026-01-01Z') + (1 + (nth % 19) + Math.floor(nth / 19)) * 1000 + 10;
    });
    assert.deepEqual(
      shown.map((time) => time.getTime()).toSorted(),
      all.toSorted().slice(-MOST_EARLIER),
    );
  });

  await t.test('a step says when it was first ready, and answers all its attempts', async () => {
    const first = (await readRun(pool, runId)).steps.find(({ step }) => step === 's0')!;
    assert.equal(first.firstReadyAt?.toISOString(), '2026-01-01T00:00:01.000Z');
    const attempts = await readStepAttempts(pool, { runId, step: 's0', iteration: -1 });
    assert.deepEqual(
      attempts.map(({ number }) => number),
      Array.from({ length: ATTEMPTS }, (_, nth) => nth + 1),
    );
    assert.equal(attempts.at(-1)?.status, 'running');
    assert.equal((await readStepAttempts(pool, { runId, step: 'each', iteration: 3 })).length, 20);
    assert.deepEqual(await readStepAttempts(pool, { runId, step: 'not', iteration: -1 }), []);
  });

  await t.test('a page of items has as many', async () => {
    const page = await listStepItems(pool, { runId, step: 'each', limit: 100, cursor: null });
    assert.equal(page.items.length, STEPS);
    assert.equal(earlier(page.items).length, MOST_EARLIER);
    for (const { attempts } of page.items) assert.equal(attempts.at(-1)?.number, ATTEMPTS);
  });

  await t.test('its times are one row a step, with sums over its attempts', async () => {
    const times = await readStepTimes(pool, runId);
    assert.equal(times.length, STEPS + 1);
    const sums = { attempts: ATTEMPTS, earlierQueueMs: 190, earlierExecutionMs: 380 };
    assert.partialDeepStrictEqual(
      times.find(({ id }) => id === 's0'),
      { ...sums, firstReadyAt: new Date('2026-01-01T00:00:01Z'), finishedAt: null },
    );
    // Its next attempt is not due, so nothing is ready.
    assert.partialDeepStrictEqual(
      times.find(({ id }) => id === 'pauses'),
      { attempts: 1, readyAt: null, startedAt: null, firstReadyAt: new Date('2025-12-31Z') },
    );
    await select(pool, `update steps set status = 'ready', ready_at = now() where step = 'pauses'`);
    const ready = (await readStepTimes(pool, runId)).find(({ id }) => id === 'pauses')!;
    assert.deepEqual([ready.readyAt !== null, ready.startedAt], [true, null]);
    const ofItems = await readStepTimes(pool, runId, 'each');
    assert.equal(ofItems.length, STEPS);
    assert.partialDeepStrictEqual(ofItems[7], { ...sums, id: 'each' });
  });
});
