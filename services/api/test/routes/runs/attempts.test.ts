import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

/** Later than the run is accepted. */
const BEGAN_MS = Date.now() + 600_000;
/** Attempt n is ready at second n, waits 10 ms, works 100 ms. */
const at = (n: number, ms: number) => new Date(BEGAN_MS + n * 1000 + ms);

test('a retried step', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  await api.post('/api/v1/workflows', CHAIN);
  const id = await api.submit();
  await engine.start(id);
  for (const attempt of [1, 2])
    await api.query(
      `insert into step_attempts (run_id, step, iteration, attempt, status, error, ready_at, started_at, finished_at,
                                  started_seq, finished_seq)
       values ($1, 'first', -1, $2, 'failed', '{"code":"x","message":"y"}', $3, $4, $5, 1, 1)`,
      [id, attempt, at(attempt, 0), at(attempt, 10), at(attempt, 110)],
    );
  const times = { ready_at: at(3, 0), started_at: at(3, 10), finished_at: at(3, 110) };
  await engine.writeStep(id, 'first', { ...times, kind: 'http', status: 'failed', attempt: 3 });
  // Cancelled because the other failed, and therefore later.
  const until = { ready_at: at(0, 0), started_at: at(0, 0), finished_at: at(4, 0) };
  await engine.writeStep(id, 'last', { ...until, status: 'cancelled', attempt: 1 });
  await api.query(
    `update runs set status = 'failed', finished_at = $2,
       error = '{"code":"step_failed","message":"first failed","step":"first"}' where id = $1`,
    [id, at(4, 0)],
  );

  await t.test('answers all its attempts', async () => {
    const { status, body } = await api.get(`/api/v1/runs/${id}/steps/first/attempts`);
    assert.equal(status, 200);
    assert.deepEqual(pluck(body.attempts, 'number', 'status', 'executionMs'), [
      [1, 'failed', 100],
      [2, 'failed', 100],
      [3, 'failed', 100],
    ]);
    const [first] = (await api.get(`/api/v1/runs/${id}`)).body.steps;
    assert.deepEqual(first.attempts, body.attempts);
    assert.equal(first.firstReadyAt, body.attempts[0].readyAt);
    const item = await api.get(`/api/v1/runs/${id}/steps/first/attempts?iteration=0`);
    assert.deepEqual(item.body, { attempts: [] });
    assert.equal((await api.get(`/api/v1/runs/${id}/steps/nope/attempts`)).status, 404);
  });

  await t.test('is where the time of a run went that it failed', async () => {
    const { body } = await api.get(`/api/v1/runs/${id}/time`);
    assert.deepEqual(pluck(body.path, 'step', 'attempts'), [['first', 3]]);
    assert.deepEqual(body.path[0].byClass, { queue: 30, http: 300, backoff: 2 * 890 });
    assert.equal(body.last, 'engine');
  });
});
