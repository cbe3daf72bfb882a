import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GAME_DAYS_ACCOUNT } from '@aio/catalog/game-days';
import { pluck } from '@aio/platform/testing/pluck';
import { v7 as uuidv7 } from 'uuid';
import { CHAIN } from '../../../testing/definitions.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { ADMIN, BUILDER } from '../../../testing/test-issuer.ts';

interface Entry {
  action: string;
  target: string;
  name: string;
  subject: string;
  via: string;
  address: string;
  traceId: string | null;
  details: Record<string, unknown> | null;
}

test('the audit log', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  const [builder, admin] = await Promise.all([api.as(BUILDER), api.as(ADMIN)]);
  const entries = async (query = ''): Promise<Entry[]> =>
    (await admin.get(`/api/v1/audit${query}`)).body.items;
  const tell = ({ action, target, name }: Entry) => [action, target, name];

  const RUNS = '/api/v1/workflows/chain/runs';
  const start = async (key?: string): Promise<string> =>
    (await builder.post(RUNS, { input: { n: 1 } }, key ? { 'idempotency-key': key } : {})).body.id;

  await t.test('has each change once, with actor, action and address', async () => {
    await builder.post('/api/v1/workflows', CHAIN);
    await builder.post('/api/v1/workflows', CHAIN);
    const runId = await start('a-key');
    await start('a-key');
    const event = (await builder.post('/api/v1/events', { name: 'order.paid', key: '1' })).body;
    await admin.post('/api/v1/queues/http/pause');
    await admin.post('/api/v1/queues/http/resume');
    await engine.start(runId);
    const approvalId = await engine.ask(runId);
    await builder.post(`/api/v1/approvals/${approvalId}/decision`, { decision: 'approved' });
    await admin.post(`/api/v1/runs/${runId}/cancel`);
    const retried = (await builder.post(`/api/v1/runs/${runId}/retry`)).body.id;
    assert.deepEqual((await entries()).map(tell).toReversed(), [
      ['createWorkflowVersion', 'workflows/chain', BUILDER.name],
      ['submitRun', `runs/${runId}`, BUILDER.name],
      ['postEvent', `events/${event.id}`, BUILDER.name],
      ['pauseQueue', 'queues/http', ADMIN.name],
      ['resumeQueue', 'queues/http', ADMIN.name],
      ['decideApproval', `approvals/${approvalId}`, BUILDER.name],
      ['cancelRun', `runs/${runId}`, ADMIN.name],
      ['retryRun', `runs/${retried}`, BUILDER.name],
    ]);
    const [retry] = await entries('?limit=1');
    assert.deepEqual(retry?.details, { retryOf: runId });
    assert.deepEqual([retry.via, retry.address], ['bearer', '127.0.0.1']);
    assert.equal(retry.subject, BUILDER.subject);
  });

  await t.test('has no refused requests, reads or validations', async () => {
    const before = (await entries()).length;
    await builder.post('/api/v1/queues/http/pause');
    await builder.post('/api/v1/workflows/validate', CHAIN);
    await builder.post(RUNS, { input: { n: 'x' } });
    await builder.post(`/api/v1/runs/${uuidv7()}/cancel`);
    await builder.get('/api/v1/runs');
    assert.equal((await entries()).length, before);
  });

  await t.test('has filters and pages', async () => {
    for (const who of [ADMIN.name, ADMIN.subject]) {
      const found = await entries(`?who=${encodeURIComponent(who)}`);
      assert.deepEqual(pluck(found, 'action'), ['cancelRun', 'resumeQueue', 'pauseQueue']);
    }
    const { target } = (await entries('?action=cancelRun'))[0]!;
    const found = await entries(`?target=${target}`);
    assert.deepEqual(pluck(found, 'action'), ['cancelRun', 'submitRun']);
    assert.deepEqual(await entries('?before=2000-01-01T00:00:00Z'), []);
    assert.equal((await entries('?after=2000-01-01T00:00:00Z')).length, 8);
    assert.equal((await admin.get('/api/v1/audit?after=2026-13-01T00:00:00Z')).status, 400);
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const { body } = await admin.get(`/api/v1/audit?limit=4${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items);
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    assert.deepEqual(seen, await entries());
  });

  await t.test('behind a proxy on this machine, the address is the client’s', async () => {
    await builder.post(RUNS, { input: { n: 1 } }, { 'x-forwarded-for': '6.6.6.6, 203.0.113.7' });
    assert.equal((await entries('?limit=1'))[0]?.address, '203.0.113.7');
  });

  await t.test('what game days did only for callers that ask', async () => {
    const { subject, name } = GAME_DAYS_ACCOUNT;
    const id = await (await api.as({ subject, name, roles: ['admin'] })).submit();
    const count = async (query: string) =>
      (await entries(query)).filter((entry) => entry.subject === subject).length;
    assert.equal(await count('?action=submitRun'), 0);
    for (const query of ['gameDays=true', `who=${subject}`, `target=runs/${id}`])
      assert.equal(await count(`?${query}`), 1, query);
  });
});
