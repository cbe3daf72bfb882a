import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { startTestApi } from '../../../testing/start-test-api.ts';

const WAITING = {
  name: 'waiting',
  steps: {
    paid: { type: 'wait', with: { event: 'order.paid', key: '${{ input.order }}' } },
    ship: { type: 'workflow', needs: ['paid'], with: { workflow: 'shipping' } },
  },
};

test('posted events', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  await api.post('/api/v1/workflows', WAITING);

  async function startWaiting(key: string): Promise<string> {
    const id = await api.submit('waiting', { order: key });
    await engine.start(id);
    await engine.writeStep(id, 'paid', { kind: 'wait', status: 'waiting', waiting_seq: 3 });
    await api.query(
      `with run as (update runs set status = 'waiting' where id = $1)
        insert into event_waits (run_id, step, owner, name, key)
        values ($1, 'paid', 'local', 'order.paid', $2)`,
      [id, key],
    );
    return id;
  }

  await t.test('an event reaches the step that waits for it', async () => {
    const runId = await startWaiting('o-1');
    const run = (await api.get(`/api/v1/runs/${runId}`)).body;
    const waitingFor = { reason: 'event', name: 'order.paid', key: 'o-1', until: null };
    assert.deepEqual([run.waitingFor, run.steps[0].waitingFor], [waitingFor, waitingFor]);

    const payload = { amount: 3 };
    const posted = await api.post('/api/v1/events', { name: 'order.paid', key: 'o-1', payload });
    assert.equal(posted.status, 202);
    const { id, receivedAt, takenAt, keptUntil, ...event } = posted.body;
    assert.deepEqual(event, {
      name: 'order.paid',
      key: 'o-1',
      state: 'taken',
      takenBy: { runId, step: 'paid', iteration: null },
    });
    assert.ok(receivedAt <= takenAt);
    assert.equal(Date.parse(keptUntil) - Date.parse(receivedAt), 7 * 86_400_000);
    const { items } = (await api.get('/api/v1/events')).body;
    assert.deepEqual(items, [{ id, receivedAt, takenAt, keptUntil, ...event }]);
  });

  await t.test('an event for which no step waits is kept', async () => {
    for (const key of ['o-2', 'o-3']) {
      const { body } = await api.post('/api/v1/events', { name: 'order.paid', key });
      assert.deepEqual([body.state, body.takenBy, body.takenAt], ['kept', null, null]);
    }
  });

  await t.test('a repeated request posts one event', async () => {
    const event = { name: 'order.paid', key: 'o-4', payload: 1 };
    const headers = { 'idempotency-key': 'k-4' };
    const first = await api.post('/api/v1/events', event, headers);
    const again = await api.post('/api/v1/events', event, headers);
    assert.deepEqual([again.status, again.body], [202, first.body]);
    assert.equal(first.headers.get('idempotency-replayed'), null);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    const other = await api.post('/api/v1/events', { ...event, payload: 2 }, headers);
    assert.deepEqual([other.status, other.body.code], [409, 'idempotency_conflict']);
  });

  await t.test('the list filters by name, key and state', async () => {
    const list = async (query: string) => (await api.get(`/api/v1/events?${query}`)).body;
    const { items, nextCursor } = await list('limit=2');
    assert.deepEqual(pluck(items, 'key'), ['o-4', 'o-3']);
    assert.equal((await list(`limit=10&cursor=${nextCursor}`)).items.length, 2);
    assert.equal((await list('state=taken')).items.length, 1);
    assert.equal((await list('name=order.paid&key=o-4')).items.length, 1);
    assert.equal((await list('name=nope')).items.length, 0);
  });

  await t.test('refuses invalid events', async () => {
    const event = { name: 'order.paid', key: 'o-5' };
    for (const [body, status] of [
      [{ ...event, name: 'order paid' }, 422],
      [{ ...event, key: '' }, 422],
      [{ ...event, key: 'x'.repeat(501) }, 422],
      [{ name: 'order.paid' }, 422],
      [{ ...event, more: 1 }, 422],
      [{ ...event, payload: 'a\u0000b' }, 422],
      [{ ...event, payload: 'x'.repeat(262_000) }, 413],
    ] as const) {
      assert.equal((await api.post('/api/v1/events', body)).status, status, JSON.stringify(body));
    }
    assert.equal((await api.get('/api/v1/events?state=lost')).status, 400);
    assert.equal((await api.get('/api/v1/events?key=o-5')).body.items.length, 0);
  });
});
