import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SLO_KEYS } from '@aio/catalog/slos';
import { monthOf } from '@aio/query/month-days';
import { startBackfilled } from '@aio/stack/testing/backfilled-prometheus';
import { startTestApi } from '../../testing/start-test-api.ts';

const [prometheus, promtool] = [process.env.TEST_PROMETHEUS_PATH, process.env.TEST_PROMTOOL_PATH];
const skip = !(prometheus && promtool) && 'no prometheus on this machine';
const PATH = '/api/v1/objectives';

test('without a Prometheus there is no report', async (t) => {
  const api = await startTestApi(t);
  const { status, body } = await api.get(PATH);
  assert.deepEqual([status, body.code], [404, 'prometheus_not_configured']);
});

test('a month is reported by objective and day', { skip }, async (t) => {
  const { url, days } = await startBackfilled(t, prometheus!, promtool!);
  const api = await startTestApi(t, { env: { PROMETHEUS_URL: url } });
  const [bad] = days;

  await t.test('what is recorded of a day is in the report of its month', async () => {
    const { status, body } = await api.get(`${PATH}?month=${bad.day.slice(0, 7)}`);
    assert.equal(status, 200, JSON.stringify(body));
    const found = body.objectives.find(({ key }: { key: string }) => key === bad.slo);
    const day = found.days.find(({ day: name }: { day: string }) => name === bad.day);
    assert.deepEqual(
      [day.measured, Math.round(day.events), Math.round(day.badEvents)],
      [1, bad.events, bad.badEvents],
    );
    assert.equal(found.worstDay.day, bad.day);
    assert.ok(body.measured > 0 && body.measured < 1);
  });

  await t.test('without a month it is the one that it is', async () => {
    assert.equal((await api.get(PATH)).body.month, monthOf(Date.now() / 1000));
  });

  await t.test('a month without data says so', async () => {
    const { body } = await api.get(`${PATH}?month=2024-02`);
    assert.deepEqual([body.month, body.isOver, body.measured], ['2024-02', true, 0]);
    assert.deepEqual(
      body.objectives.map(({ key }: { key: string }) => key),
      SLO_KEYS,
    );
    for (const { reached, days: all } of body.objectives)
      assert.deepEqual([reached, all.length], [null, 29]);
  });

  await t.test('what is no month is refused', async () => {
    for (const wrong of ['2026-13', 'now', '2026-1'])
      assert.equal((await api.get(`${PATH}?month=${wrong}`)).status, 400);
  });
});
