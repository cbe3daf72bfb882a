import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GAME_DAYS_ACCOUNT } from '@aio/catalog/game-days';
import { earliestIdOf } from '@aio/platform/queries/id-times';
import { MAX_RUNS } from '@aio/platform/queries/read-overview';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import type { TestClient } from '../../../testing/test-client.ts';
import { BUILDER, OTHER } from '../../../testing/test-issuer.ts';

const OVERVIEW = '/api/v1/overview';

test('the overview counts the runs of the last minutes', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  const [owner, other] = await Promise.all([api.as(BUILDER), api.as(OTHER)]);
  await owner.post('/api/v1/workflows', CHAIN);
  const change = (text: string, ...values: unknown[]) => api.query(text, values);

  async function endRun(client: TestClient, end: 'succeeded' | 'failed'): Promise<string> {
    const id = await client.submit();
    await engine.start(id);
    await engine.finish(id, end);
    return id;
  }

  await t.test('nothing has run yet', async () => {
    const { body } = await api.get(OVERVIEW);
    assert.deepEqual([body.success, body.durationMs, body.queueTimeMs], [null, null, null]);
    assert.deepEqual([body.minutes, body.workflows], [[], []]);
  });

  await t.test('by outcome, minute and workflow, with times and cost', async () => {
    const ids: string[] = [];
    for (const end of ['succeeded', 'succeeded', 'succeeded', 'failed'] as const)
      ids.push(await endRun(owner, end));
    const open = await owner.submit();
    for (const [index, id] of ids.entries())
      await change(
        `update runs set started_at = created_at + interval '100 ms',
           finished_at = created_at + $2 * interval '1 second' where id = $1`,
        id,
        index + 1,
      );
    for (const [index, costUsd] of [0.5, 0.25].entries())
      await change(`update runs set cost = $2 where id = $1`, ids[index], costUsd);
    const cancelled = await owner.submit();
    await change(
      `update runs set status = 'cancelled', finished_at = created_at + interval '1 day' where id = $1`,
      cancelled,
    );
    const rejected = await endRun(owner, 'failed');
    await change(
      `update runs set error = '{"code": "rejected"}', started_at = created_at + interval '100 ms' where id = $1`,
      rejected,
    );

    const { body } = await owner.get(OVERVIEW);
    const none = { running: 0, waiting: 0 };
    assert.deepEqual(body.runs, {
      queued: 1,
      ...none,
      succeeded: 3,
      failed: 1,
      rejected: 1,
      cancelled: 1,
    });
    assert.equal(body.success, 0.75);
    assert.deepEqual([body.durationMs.p50, Math.round(body.durationMs.p95)], [2500, 3850]);
    assert.deepEqual(body.queueTimeMs, { p50: 100, p95: 100 });
    const [chain] = body.workflows;
    const figures = { name: 'chain', runs: 7, failed: 1, costUsd: 0.75, lastFailedRunId: ids[3] };
    assert.partialDeepStrictEqual(chain, figures);
    assert.ok(chain.durationP95Ms < 5_000, 'without the cancelled run');
    await change(
      `update runs set created_at = created_at - interval '2 minutes' where id = $1`,
      open,
    );
    const { minutes } = (await owner.get(OVERVIEW)).body;
    const counts: number[] = minutes.map(({ runs }: { runs: Record<string, number> }) =>
      Object.values(runs).reduce((a, b) => a + b),
    );
    const [oldest, ...later] = counts;
    assert.equal(oldest, 1, 'the oldest minute comes first');
    // A minute may end while the test runs.
    const sum = later.reduce((a, b) => a + b);
    assert.equal(sum, 6);
  });

  await t.test('callers see no figures of other owners', async () => {
    assert.deepEqual((await other.get(OVERVIEW)).body.workflows, []);
    assert.equal((await api.get(OVERVIEW)).body.workflows.length, 1);
  });

  await t.test('runs of game days only for callers that ask', async () => {
    const { subject, name } = GAME_DAYS_ACCOUNT;
    await (await api.as({ subject, name, roles: ['admin'] })).submit();
    const runs = async (query: string) =>
      (await api.get(`${OVERVIEW}${query}`)).body.workflows[0].runs;
    assert.deepEqual([await runs(''), await runs('?gameDays=true')], [7, 8]);
  });

  await t.test('covers the requested time, at most a day', async () => {
    await change(`update runs set created_at = created_at - interval '30 minutes'`);
    assert.equal((await owner.get(`${OVERVIEW}?minutes=20`)).body.workflows.length, 0);
    assert.equal((await owner.get(`${OVERVIEW}?minutes=40`)).body.workflows.length, 1);
    for (const minutes of [0, 1441, 'x'])
      assert.equal((await owner.get(`${OVERVIEW}?minutes=${minutes}`)).status, 400);
  });

  await t.test('says when it starts if there are too many runs to count', async () => {
    await change(
      `insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total)
       select overlay(gen_random_uuid()::text placing $2 from 1 for 15)::uuid,
         workflow_id, workflow_version_id, workflow_name, owner, '{}', 1
       from (select * from runs limit 1) as one, generate_series(1, $1)`,
      MAX_RUNS + 5,
      earliestIdOf(new Date(), 60_000).slice(0, 15),
    );
    const { body } = await owner.get(`${OVERVIEW}?minutes=60`);
    assert.ok(Date.parse(body.since) > Date.now() - 60_000, body.since);
    assert.equal(body.workflows[0].runs, MAX_RUNS + 1);
  });
});
