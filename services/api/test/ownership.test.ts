import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { CHAIN } from '../testing/definitions.ts';
import { createFakeEngine } from '../testing/engine.ts';
import { openStream } from '../testing/read-stream.ts';
import { startTestApi, type TestClient } from '../testing/start-test-api.ts';
import { ADMIN, BUILDER, OTHER, type TestPerson } from '../testing/test-issuer.ts';

const ON_CALL: TestPerson = { subject: 'sub-c', name: 'call@test', roles: ['on-call'] };

test('what somebody owns', async (t) => {
  const api = await startTestApi(t);
  const engine = createFakeEngine(api.pool);
  const [owner, other, admin, onCall] = (await Promise.all(
    [BUILDER, OTHER, ADMIN, ON_CALL].map((person) => api.as(person)),
  )) as [TestClient, TestClient, TestClient, TestClient];
  await owner.post('/api/v1/workflows', CHAIN);
  const runId: string = (await owner.post('/api/v1/workflows/chain/runs', { input: { n: 1 } })).body
    .id;
  const event = (await owner.post('/api/v1/events', { name: 'order.paid', key: 'o-1' })).body;
  const approvalId = await ask(null);

  async function ask(approver: object | null): Promise<string> {
    const id = uuidv7();
    await api.pool.query({
      name: 'insert-approval',
      text: `insert into approvals (id, run_id, step, iteration, owner, message, approver)
             values ($1, $2, 'ask', (select count(*) from approvals), $3, 'Go on?', $4)`,
      values: [id, runId, BUILDER.subject, approver && JSON.stringify(approver)],
    });
    return id;
  }

  const idsOf = async (client: TestClient, path: string): Promise<string[]> =>
    (await client.get(path)).body.items.map((item: { id: string }) => item.id);

  const THINGS: [method: 'GET' | 'POST', path: string, body?: object][] = [
    ['GET', '/api/v1/workflows/chain'],
    ['GET', '/api/v1/workflows/chain/versions'],
    ['GET', '/api/v1/workflows/chain/versions/1'],
    ['POST', '/api/v1/workflows/chain/runs', { input: { n: 1 } }],
    ['POST', '/api/v1/workflows/chain/runs/batch', { runs: [{ input: { n: 1 } }] }],
    ['GET', `/api/v1/runs/${runId}`],
    ['GET', `/api/v1/runs/${runId}/events`],
    ['GET', `/api/v1/runs/${runId}/steps/first/logs`],
    ['GET', `/api/v1/runs/${runId}/steps/first/items`],
    ['POST', `/api/v1/runs/${runId}/retry`],
    ['POST', `/api/v1/runs/${runId}/cancel`],
    ['GET', `/api/v1/events/${event.id}`],
    ['GET', `/api/v1/approvals/${approvalId}`],
    ['POST', `/api/v1/approvals/${approvalId}/decision`, { decision: 'approved' }],
  ];
  for (const [method, path, body] of THINGS) {
    await t.test(
      `is not there for others: ${method} ${path.replace(/[0-9a-f-]{36}/, '…')}`,
      async () => {
        const answer = await (method === 'GET' ? other.get(path) : other.post(path, body));
        assert.deepEqual([answer.status, answer.body.code], [404, 'not_found']);
        const nothing = path.replace(/[0-9a-f-]{36}/, uuidv7()).replace('chain', 'none');
        const missing = await (method === 'GET' ? other.get(nothing) : other.post(nothing, body));
        assert.equal(missing.status, 404);
        const shape = (text: string) => text.replaceAll(/[0-9a-f-]{36}|chain|none/g, '…');
        assert.equal(
          shape(answer.body.detail),
          shape(missing.body.detail),
          'and looks like nothing',
        );
      },
    );
  }

  await t.test('others see no trace of it in their lists', async () => {
    for (const path of ['workflows', 'runs', 'events', 'approvals', `runs?parent=${runId}`]) {
      assert.deepEqual(await idsOf(other, `/api/v1/${path}`), [], path);
    }
    for (const path of ['workflows', 'runs', 'events', 'approvals']) {
      assert.notEqual((await idsOf(owner, `/api/v1/${path}`)).length, 0, path);
      assert.notEqual((await idsOf(admin, `/api/v1/${path}`)).length, 0, path);
    }
    assert.equal((await other.get('/api/v1/runs?workflow=chain')).body.items.length, 0);
  });

  await t.test('the stream of all runs is of theirs', async () => {
    const mine = (await postOwn(other, 'others-own')).id;
    const stream = await openStream(`${api.url}/api/v1/events/runs`, other.headers);
    const first = await stream.next();
    assert.equal(first?.data.id, mine);
    stream.leave();
    const all = await openStream(`${api.url}/api/v1/events/runs`, admin.headers);
    const seen = new Set([(await all.next())?.data.id, (await all.next())?.data.id]);
    all.leave();
    assert.deepEqual(seen, new Set([mine, runId]));
  });

  async function postOwn(client: TestClient, name: string) {
    await client.post('/api/v1/workflows', { ...CHAIN, name });
    return (await client.post(`/api/v1/workflows/${name}/runs`, { input: { n: 1 } })).body;
  }

  await t.test(
    'a name that somebody has is taken, and admins may make its next version',
    async () => {
      const changed = { ...CHAIN, description: 'taken over' };
      const { status, body } = await other.post('/api/v1/workflows', changed);
      assert.deepEqual([status, body.code], [409, 'conflict']);
      assert.equal((await admin.post('/api/v1/workflows', changed)).body.version, 2);
      assert.equal((await owner.get('/api/v1/workflows/chain')).body.version, 2, 'it stays theirs');
      const { items } = (await owner.get('/api/v1/workflows/chain/versions')).body;
      assert.deepEqual(
        items.map((item: { createdBy: string }) => item.createdBy),
        [ADMIN.name, BUILDER.name],
      );
    },
  );

  await t.test('owners and admins reach all of it; it is shown with a name', async () => {
    for (const client of [owner, admin]) {
      for (const [method, path] of THINGS.filter(([method]) => method === 'GET')) {
        if (path.endsWith('/events') && path.includes('runs')) continue;
        assert.equal((await client.call(method, path)).status, 200, path);
      }
    }
    assert.equal((await owner.get(`/api/v1/runs/${runId}`)).body.owner, BUILDER.name);
  });

  await t.test('the same Idempotency-Key of two people stands for two runs', async () => {
    await postOwn(other, 'keyed');
    const key = { 'idempotency-key': 'same' };
    const path = '/api/v1/workflows/keyed/runs';
    const [one, two] = [
      await other.post(path, { input: { n: 1 } }, key),
      await admin.post(path, { input: { n: 1 } }, key),
    ];
    assert.notEqual(one.body.id, two.body.id);
  });

  await t.test('a run that an admin retries stays its owner’s', async () => {
    const { id } = await postOwn(owner, 'retried');
    await engine.start(id);
    await engine.finish(id, 'failed');
    const retried = await admin.post(`/api/v1/runs/${id}/retry`);
    assert.equal(retried.status, 202);
    assert.equal(retried.body.owner, BUILDER.name);
    assert.equal((await owner.get(`/api/v1/runs/${retried.body.id}`)).status, 200);
  });

  await t.test('a named approver sees that approval, and nothing else of the run', async () => {
    for (const [approver, client, by] of [
      [{ role: 'on-call' }, onCall, ON_CALL],
      [{ user: 'CALL@test' }, onCall, ON_CALL],
      [{ user: OTHER.name }, other, OTHER],
      [{ role: 'builder' }, other, OTHER],
    ] as const) {
      const id = await ask(approver);
      const path = `/api/v1/approvals/${id}`;
      assert.deepEqual(await idsOf(client, '/api/v1/approvals?status=pending'), [id]);
      assert.equal((await client.get(path)).status, 200);
      for (const of of [
        `/api/v1/runs/${runId}`,
        `/api/v1/runs/${runId}/events`,
        '/api/v1/workflows/chain',
      ]) {
        assert.ok([403, 404].includes((await client.get(of)).status), of);
      }
      const owners = await owner.post(`${path}/decision`, { decision: 'approved' });
      const isNamed = 'role' in approver && approver.role === 'builder';
      if (isNamed) {
        assert.equal(owners.status, 200, 'the owner has the role too');
        continue;
      }
      assert.deepEqual([owners.status, owners.body.code], [403, 'forbidden']);
      assert.equal((await owner.get(path)).status, 200, 'the owner sees whom it waits for');
      const decided = await client.post(`${path}/decision`, { decision: 'approved' });
      assert.deepEqual([decided.status, decided.body.decidedBy], [200, by.name]);
    }
    const id = await ask({ user: 'somebody@else' });
    assert.equal((await onCall.get(`/api/v1/approvals/${id}`)).status, 404);
    assert.equal((await other.get(`/api/v1/approvals/${id}`)).status, 404);
    const path = `/api/v1/approvals/${id}/decision`;
    assert.equal((await admin.post(path, { decision: 'rejected' })).status, 200);
  });

  await t.test('what was made before there was a login is for admins', async () => {
    await api.pool.query({
      name: 'orphan',
      text: `update runs set owner = 'local' where id = $1`,
      values: [runId],
      prepare: false,
    });
    assert.equal((await owner.get(`/api/v1/runs/${runId}`)).status, 404);
    assert.equal((await admin.get(`/api/v1/runs/${runId}`)).body.owner, 'local');
  });
});

test('an event reaches whose it may', async (t) => {
  const api = await startTestApi(t);
  const [owner, other, admin] = (await Promise.all(
    [BUILDER, OTHER, ADMIN].map((person) => api.as(person)),
  )) as [TestClient, TestClient, TestClient];
  await owner.post('/api/v1/workflows', CHAIN);
  const { id } = (await owner.post('/api/v1/workflows/chain/runs', { input: { n: 1 } })).body;
  await createFakeEngine(api.pool).start(id);
  await api.pool.query({
    name: 'insert-wait',
    text: `insert into event_waits (run_id, step, owner, name, key) values ($1, 'ask', $2, 'paid', '1')`,
    values: [id, BUILDER.subject],
  });
  const event = { name: 'paid', key: '1' };
  assert.equal((await other.post('/api/v1/events', event)).body.state, 'kept');
  const reached = (await admin.post('/api/v1/events', event)).body;
  assert.deepEqual([reached.state, reached.deliveries], ['taken', 1]);
  assert.equal((await other.get(`/api/v1/events/${reached.id}`)).status, 404);
});
