import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOMEBODY } from '../testing/test-issuer.ts';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';

const WORKFLOW = { name: 'mine', steps: { only: { type: 'transform', with: { value: 1 } } } };
const RUNS = '/api/v1/workflows/mine/runs';

async function valuesOf({ registry }: TestApi, name: string): Promise<Record<string, number>> {
  const lines = (await registry.scrape()).body.split('\n');
  const own = lines.filter((line) => line.startsWith(`${name}{`));
  const pairs = own.map((line) => line.slice(name.length).split(' '));
  return Object.fromEntries(pairs.map(([labels, value]) => [labels, Number(value)]));
}

test('counts requests and runs by owner', async (t) => {
  const api = await startTestApi(t, { env: { RATE_LIMITS: 'machine=5/1h' } });
  const { subject } = SOMEBODY;
  const grace = await api.as({ ...SOMEBODY, subject: 'grace', roles: ['viewer'] });
  assert.equal((await api.post('/api/v1/workflows', WORKFLOW)).status, 201);
  assert.equal((await api.post(RUNS, {})).status, 202);
  const { body: run } = await api.post(RUNS, {});
  assert.equal((await api.post(`/api/v1/runs/${run.id}/cancel`)).status, 202);
  assert.equal((await api.get('/api/v1/runs/nothing')).status, 404);
  assert.equal((await api.get('/api/v1/runs')).status, 429);
  assert.equal((await grace.post(RUNS, {})).status, 403);
  assert.equal((await (await api.as(null)).get('/api/v1/runs')).status, 401);

  const none = { '2xx': 0, '3xx': 0, '4xx': 0, '403': 0, '429': 0, '5xx': 0 };
  const requestsOf = (owner: string, counts: Partial<typeof none>) =>
    Object.entries({ ...none, ...counts }).map(([status, count]) => [
      `{owner="${owner}",status="${status}"}`,
      count,
    ]);
  const requests = [
    ...requestsOf(subject, { '2xx': 4, '4xx': 1, '429': 1 }),
    ...requestsOf('grace', { '403': 1 }),
  ];
  const counted = await valuesOf(api, 'aio_http_requests_by_owner_total');
  assert.deepEqual(counted, Object.fromEntries(requests));
  const submitted = await valuesOf(api, 'aio_runs_submitted_by_owner_total');
  assert.deepEqual(submitted, { [`{owner="${subject}"}`]: 2 });
  const ended = await valuesOf(api, 'aio_runs_ended_by_owner_total');
  assert.deepEqual(ended, { [`{owner="${subject}",outcome="cancelled"}`]: 1 });
});

test('a retry counts for the owner of the first run', async (t) => {
  const api = await startTestApi(t);
  const grace = await api.as({ ...SOMEBODY, subject: 'grace' });
  await api.post('/api/v1/workflows', WORKFLOW);
  const { body: run } = await api.post(RUNS, {});
  await api.post(`/api/v1/runs/${run.id}/cancel`);
  assert.equal((await grace.post(`/api/v1/runs/${run.id}/retry`)).status, 202);
  assert.equal((await grace.post(`/api/v1/runs/${run.id}/replay`, {})).status, 202);
  const submitted = await valuesOf(api, 'aio_runs_submitted_by_owner_total');
  assert.deepEqual(submitted, { [`{owner="${SOMEBODY.subject}"}`]: 3 });
});
