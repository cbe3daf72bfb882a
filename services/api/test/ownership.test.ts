import assert from 'node:assert/strict';
import { test } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { CHAIN } from '../testing/definitions.ts';
import { recordQueries } from '@aio/platform/testing/record-queries';
import { pluck } from '@aio/platform/testing/pluck';
import { isOwned, objectsOf } from '../testing/objects.ts';
import { startTestApi } from '../testing/start-test-api.ts';
import type { CallOptions, TestClient } from '../testing/test-client.ts';
import { ADMIN, BUILDER, OTHER, type TestPerson } from '../testing/test-issuer.ts';

const ON_CALL: TestPerson = { subject: 'sub-c', name: 'call@test', roles: ['on-call'] };

test('objects with owners', async (t) => {
  const env = { AIO_OIDC_UNIQUE_NAME_CLAIM: 'preferred_username' };
  const api = await startTestApi(t, { env });
  const { engine } = api;
  const [owner, other] = [await api.as(BUILDER), await api.as(OTHER)];
  const [admin, onCall] = [await api.as(ADMIN), await api.as(ON_CALL)];
  await owner.post('/api/v1/workflows', CHAIN);
  const runId: string = await owner.submit();
  await engine.writeStep(runId, 'first', { status: 'succeeded', output: '2', attempt: 1 });
  await owner.post('/api/v1/events', { name: 'order.paid', key: 'o-1' });
  const approvalId = await engine.ask(runId);

  const idsOf = async (client: TestClient, path: string): Promise<string[]> =>
    (await client.get(path)).body.items.map((item: { id: string }) => item.id);

  const ids = { run: runId, approval: approvalId };
  const THINGS = objectsOf(api.document, ids);

  await t.test('covers every operation on objects with owners', () => {
    const objects = Object.entries(api.document.paths).flatMap(([path, methods]) =>
      Object.values(methods)
        .filter(({ operationId }) => path.includes('{') && isOwned(operationId))
        .map(({ operationId }) => operationId),
    );
    assert.deepEqual(THINGS.map(({ id }) => id).toSorted(), objects.toSorted());
    assert.ok(THINGS.length >= 14);
  });

  await t.test('a foreign object looks like a missing one and costs the same', async (t) => {
    // The first request of a caller also stores its name.
    await other.get('/api/v1/runs');
    const recorded = recordQueries(t);
    const asked = async (method: string, path: string, body: CallOptions) => {
      recorded.length = 0;
      const { status, body: problem } = await other.call(method, path, body);
      assert.deepEqual([status, problem.code], [404, 'not_found'], path);
      const detail = problem.detail.replaceAll(/[0-9a-f-]{36}|chain|none/g, '…');
      return { detail, queries: [...recorded] };
    };
    for (const { method, path, shown, body } of THINGS) {
      const nothing = path.replace(/[0-9a-f-]{36}/, uuidv7()).replace('chain', 'none');
      const absent = await asked(method, nothing, body);
      const foreign = await asked(method, path, body);
      assert.ok(absent.queries.length > 0, shown);
      assert.deepEqual(foreign, absent, shown);
      const rows = foreign.queries.filter((query) => query.rows);
      assert.deepEqual(rows, [], shown);
    }
  });

  await t.test('lists of others do not contain it', async () => {
    for (const path of ['workflows', 'runs', 'events', 'approvals', `runs?parent=${runId}`])
      assert.deepEqual(await idsOf(other, `/api/v1/${path}`), [], path);
    for (const path of ['workflows', 'runs', 'events', 'approvals']) {
      assert.notEqual((await idsOf(owner, `/api/v1/${path}`)).length, 0, path);
      assert.notEqual((await idsOf(admin, `/api/v1/${path}`)).length, 0, path);
    }
    assert.equal((await other.get('/api/v1/runs?workflow=chain')).body.items.length, 0);
  });

  async function postOwn(client: TestClient, name: string) {
    await client.post('/api/v1/workflows', { ...CHAIN, name });
    return (await client.post(`/api/v1/workflows/${name}/runs`, { input: { n: 1 } })).body;
  }

  await t.test('a used name is 409 for other owners; admins may create versions', async () => {
    const changed = { ...CHAIN, description: 'taken over' };
    const { status, body } = await other.post('/api/v1/workflows', changed);
    assert.deepEqual([status, body.code], [409, 'conflict']);
    assert.equal((await admin.post('/api/v1/workflows', changed)).body.version, 2);
    const { version } = (await owner.get('/api/v1/workflows/chain')).body;
    assert.equal(version, 2, 'the owner stays the same');
    const { items } = (await owner.get('/api/v1/workflows/chain/versions')).body;
    assert.deepEqual(pluck(items, 'createdBy'), [ADMIN.name, BUILDER.name]);
  });

  await t.test('two owners with the same Idempotency-Key start two runs', async () => {
    await postOwn(other, 'keyed');
    const key = { 'idempotency-key': 'same' };
    const path = '/api/v1/workflows/keyed/runs';
    const one = await other.post(path, { input: { n: 1 } }, key);
    const two = await admin.post(path, { input: { n: 1 } }, key);
    assert.notEqual(one.body.id, two.body.id);
  });

  await t.test('a run that an admin retries keeps its owner', async () => {
    const { id } = await postOwn(owner, 'retried');
    await engine.start(id);
    await engine.finish(id, 'failed');
    const retried = await admin.post(`/api/v1/runs/${id}/retry`);
    assert.equal(retried.status, 202);
    assert.equal(retried.body.owner, BUILDER.name);
    assert.equal((await owner.get(`/api/v1/runs/${retried.body.id}`)).status, 200);
  });

  await t.test('a named approver sees only that approval', async () => {
    for (const [approver, client, by] of [
      [{ role: 'on-call' }, onCall, ON_CALL],
      [{ user: 'CALL@test' }, onCall, ON_CALL],
      [{ user: OTHER.name }, other, OTHER],
      [{ role: 'builder' }, other, OTHER],
    ] as const) {
      const id = await engine.ask(runId, { approver });
      const path = `/api/v1/approvals/${id}`;
      assert.deepEqual(await idsOf(client, '/api/v1/approvals?status=pending'), [id]);
      const seen = (await client.get(path)).body;
      assert.deepEqual([seen.mayDecide, seen.maySeeRun], [true, false]);
      assert.equal(seen.inputStart, null);
      for (const { method, path: of, shown, body } of THINGS) {
        const { status } = await client.call(method, of, body);
        assert.equal(status, client === other || /approvals/.test(of) ? 404 : 403, shown);
      }
      for (const list of ['runs', 'workflows', 'events']) {
        const seen = await client.get(`/api/v1/${list}`);
        const isEmpty = seen.status === 403 || !JSON.stringify(seen.body).includes('chain');
        assert.ok(isEmpty, `${list}: ${JSON.stringify(seen.body).slice(0, 200)}`);
      }
      const owners = await owner.post(`${path}/decision`, { decision: 'approved' });
      const isNamed = 'role' in approver && approver.role === 'builder';
      if (isNamed) {
        assert.equal(owners.status, 200, 'the owner has the role too');
        continue;
      }
      assert.deepEqual([owners.status, owners.body.code], [403, 'forbidden']);
      const ofOwner = (await owner.get(path)).body;
      assert.deepEqual([ofOwner.mayDecide, ofOwner.maySeeRun], [false, true]);
      const decided = await client.post(`${path}/decision`, { decision: 'approved' });
      assert.deepEqual([decided.status, decided.body.decidedBy], [200, by.name]);
    }
    const id = await engine.ask(runId, { approver: { user: 'somebody@else' } });
    assert.equal((await onCall.get(`/api/v1/approvals/${id}`)).status, 404);
    assert.equal((await other.get(`/api/v1/approvals/${id}`)).status, 404);
    const path = `/api/v1/approvals/${id}/decision`;
    assert.equal((await admin.post(path, { decision: 'rejected' })).status, 200);
  });

  await t.test('runs of a subject that is gone are for admins', async () => {
    await api.query(`update runs set owner = 'gone' where id = $1`, [runId]);
    assert.equal((await owner.get(`/api/v1/runs/${runId}`)).status, 404);
    assert.equal((await admin.get(`/api/v1/runs/${runId}`)).body.owner, 'gone');
  });
});

test('if the issuer has no claim of unique names, an approver is a subject', async (t) => {
  const api = await startTestApi(t);
  const owner = await api.as(BUILDER);
  await owner.post('/api/v1/workflows', CHAIN);
  const runId: string = await owner.submit();
  const decide = async (person: TestPerson, path: string) =>
    (await (await api.as(person)).post(`${path}/decision`, { decision: 'approved' })).status;
  for (const user of [OTHER.subject, OTHER.name]) {
    const path = `/api/v1/approvals/${await api.engine.ask(runId, { approver: { user } })}`;
    const impostor = { subject: 'sub-i', name: user, roles: [] };
    const client = await api.as(impostor);
    assert.deepEqual((await client.get('/api/v1/approvals')).body.items, [], user);
    assert.equal((await client.get(path)).status, 404, user);
    assert.equal(await decide(impostor, path), 404, user);
    assert.equal(await decide(OTHER, path), user === OTHER.subject ? 200 : 404);
  }
});

test('an event reaches runs of its owner; an admin’s event reaches all', async (t) => {
  const api = await startTestApi(t);
  const [owner, other, admin] = [await api.as(BUILDER), await api.as(OTHER), await api.as(ADMIN)];
  await owner.post('/api/v1/workflows', CHAIN);
  const id = await owner.submit();
  await api.engine.start(id);
  await api.query(
    `insert into event_waits (run_id, step, owner, name, key) values ($1, 'ask', $2, 'paid', '1')`,
    [id, BUILDER.subject],
  );
  const event = { name: 'paid', key: '1' };
  assert.equal((await other.post('/api/v1/events', event)).body.state, 'kept');
  const reached = (await admin.post('/api/v1/events', event)).body;
  const takenBy = { runId: id, step: 'ask', iteration: null };
  assert.deepEqual([reached.state, reached.takenBy], ['taken', takenBy]);
  const { items } = (await owner.get('/api/v1/events')).body;
  assert.deepEqual(items, [], 'only admins see it');
});
