import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { SLO_KEYS } from '@aio/catalog/objectives/slos';
import { monthOf } from '@aio/query/month-report';
import { startMonitored, WITHOUT_PROMETHEUS } from '../../../testing/monitored.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

const PATH = '/api/v1/objectives';

test('reports a month by objective and day', { skip: WITHOUT_PROMETHEUS }, async (t) => {
  const monitored = await startMonitored(t);
  const api = await startTestApi(t, { env: { PROMETHEUS_URL: monitored.prometheus.url } });

  await t.test('the default is the current month', async () => {
    const { status, body } = await api.get(PATH);
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual([body.month, body.isOver], [monthOf(Date.now() / 1000), false]);
  });

  await t.test('a month without data has no measurements', async () => {
    const { body } = await api.get(`${PATH}?month=2024-02`);
    assert.deepEqual([body.month, body.isOver, body.measured], ['2024-02', true, 0]);
    assert.deepEqual(pluck(body.objectives, 'key'), SLO_KEYS);
    for (const { reached, days } of body.objectives)
      assert.deepEqual([reached, days.length], [null, 29]);
  });

  await t.test('refuses an invalid month', async () => {
    for (const wrong of ['2026-13', 'now', '2026-1'])
      assert.equal((await api.get(`${PATH}?month=${wrong}`)).status, 400);
  });
});
