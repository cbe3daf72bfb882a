import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelRun } from '../queries/runs/cancel-run.ts';
import { deleteExpiredEvents } from '../queries/delete-old.ts';
import { deliverEvents } from '../queries/waits/deliver-events.ts';
import { getEvent, listEvents } from '../queries/waits/list-events.ts';
import { type NewEvent, postEvent } from '../queries/waits/post-event.ts';
import { submitRuns } from '../queries/runs/submit-runs.ts';
import { createTestDatabase } from '../testing/database.ts';
import { postWorkflow, select, selectOne, submissionOf } from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

const ROUNDS = 40;

test('events', async (t) => {
  const { pool } = await createTestDatabase(t);
  const workflow = await postWorkflow(pool, 'waiting', { paid: { type: 'wait' } });

  function eventOf(key: string, overrides: Partial<NewEvent> = {}): NewEvent {
    return {
      owner: 'local',
      name: 'order.paid',
      key,
      payload: '{"amount": 3}',
      traceparent: null,
      idempotency: null,
      ...overrides,
    };
  }

  const deliver = async (which: Parameters<typeof deliverEvents>[1]) =>
    (await deliverEvents(pool, which)).map(({ runId }) => runId);

  async function post(key: string, overrides: Partial<NewEvent> = {}) {
    const { eventId } = await postEvent(pool, eventOf(key, overrides));
    return { eventId, reached: await deliver({ eventIds: [eventId] }) };
  }

  async function submitWaiting(count = 1): Promise<string[]> {
    const runs = await submitRuns(
      pool,
      Array.from({ length: count }, () => submissionOf(workflow)),
    );
    return runs.map((run) => (run as { runId: string }).runId);
  }

  /** The rows that the engine commits for a step that starts to wait. */
  async function wait(runId: string, key: string, step = 'paid', iteration = -1): Promise<void> {
    await select(
      pool,
      `with run as (
         update runs set status = 'waiting', wanted_at = null where id = $1
       )
       insert into event_waits (run_id, step, iteration, owner, name, key)
       values ($1, $2, $3, 'local', 'order.paid', $4)`,
      runId,
      step,
      iteration,
      key,
    );
  }

  const expire = (eventId: string, ago: string) =>
    select(pool, 'update events set expires_at = now() - $2::interval where id = $1', eventId, ago);
  const messagesOf = (runIds: string[]) =>
    select<{ run_id: string; step: string; body: { eventId: string }; output: unknown }>(
      pool,
      'select * from run_messages where run_id = any($1::uuid[]) order by id',
      runIds,
    );

  await t.test('an event goes to the step that has waited longest, once', async () => {
    const [a, b, other] = await submitWaiting(3);
    await wait(b!, 'k1', 'paid', 4);
    await wait(a!, 'k1');
    await wait(other!, 'k2');
    const { eventId, reached } = await post('k1');
    assert.deepEqual(reached, [b]);
    const messages = await messagesOf([a!, b!, other!]);
    assert.deepEqual(pluck(messages, 'run_id', 'step', 'output'), [[b, 'paid', { amount: 3 }]]);
    const event = (await getEvent(pool, eventId))!;
    assert.deepEqual(messages[0]!.body, {
      eventId,
      name: 'order.paid',
      key: 'k1',
      receivedAt: event.receivedAt.toISOString(),
    });
    assert.equal(event.state, 'taken');
    assert.deepEqual(event.takenBy, { runId: b, step: 'paid', iteration: 4 });
    const runs = await select<{ changes: string; wanted: boolean }>(
      pool,
      'select changes, wanted_at <= now() as wanted from runs where id = any($1::uuid[]) order by id',
      [a, b],
    );
    assert.deepEqual(runs, [
      { changes: 0, wanted: null },
      { changes: 1, wanted: true },
    ]);
    assert.deepEqual((await post('k1')).reached, [a], 'the next event');
  });

  await t.test('keeps an event for which no step waits, until one takes it', async () => {
    const { eventId, reached } = await post('early');
    assert.deepEqual(reached, []);
    assert.equal((await getEvent(pool, eventId))!.state, 'kept');
    const [first, second] = await submitWaiting(2);
    await wait(first!, 'early');
    assert.deepEqual(await deliver({ runIds: [first!] }), [first]);
    await wait(second!, 'early');
    assert.deepEqual(await deliver({ runIds: [second!] }), []);
    assert.deepEqual((await getEvent(pool, eventId))!.takenBy, {
      runId: first,
      step: 'paid',
      iteration: null,
    });
  });

  await t.test('a step takes the oldest of several events; the others stay', async () => {
    const ids = [(await post('many')).eventId, (await post('many')).eventId];
    const runs = await submitWaiting(2);
    for (const [index, run] of runs.entries()) {
      await wait(run, 'many');
      assert.deepEqual(await deliver({ runIds: [run] }), [run]);
      assert.equal((await messagesOf([run]))[0]!.body.eventId, ids[index]);
    }
  });

  await t.test('an expired event reaches no step', async () => {
    const { eventId } = await post('late');
    await expire(eventId, '1 s');
    const [run] = await submitWaiting();
    await wait(run!, 'late');
    assert.deepEqual(await deliver({ runIds: [run!] }), []);
    assert.deepEqual(await deliver({ all: 100 }), []);
    const { items } = await listEvents(pool, { key: 'late', limit: 1, cursor: null });
    assert.deepEqual(items, []);
  });

  await t.test('a finished run never changes, and the event remains for others', async () => {
    const [ended, next] = await submitWaiting(2);
    await wait(ended!, 'ended');
    await cancelRun(pool, ended!, { onlyOwner: null });
    // A leftover wait of the run.
    await select(
      pool,
      `insert into event_waits (run_id, step, owner, name, key)
       values ($1, 'paid', 'local', 'order.paid', 'ended') on conflict do nothing`,
      ended,
    );
    const before = await selectOne(pool, 'select * from runs where id = $1', ended);
    const { eventId, reached } = await post('ended');
    assert.deepEqual(reached, []);
    assert.deepEqual(await select(pool, 'select * from runs where id = $1', ended), [before]);
    assert.deepEqual(await messagesOf([ended!]), []);
    await wait(next!, 'ended');
    assert.deepEqual(await deliver({ runIds: [next!] }), [next]);
    assert.equal((await getEvent(pool, eventId))!.takenBy?.runId, next);
  });

  await t.test('a concurrent event and wait always find each other', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const key = `at-once-${round}`;
      const [run] = await submitWaiting();
      const waiting = async () => {
        await wait(run!, key);
        return deliver({ runIds: [run!] });
      };
      const posting = async () => (await post(key)).reached;
      const both = round % 2 === 0 ? [waiting(), posting()] : [posting(), waiting()];
      const reached = (await Promise.all(both)).flat();
      assert.deepEqual(reached, [run], key);
      assert.equal((await messagesOf([run!])).length, 1, key);
    }
    const left = await select(pool, `select from event_waits where key like 'at-once-%'`);
    assert.equal(left.length, 0);
  });

  await t.test('of two concurrent events, a step gets one, and the other is kept', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const key = `two-events-${round}`;
      const [run, next] = await submitWaiting(2);
      await Promise.all([
        post(key),
        wait(run!, key).then(() => deliver({ runIds: [run!] })),
        post(key),
        deliver({ all: 100 }),
      ]);
      assert.equal((await messagesOf([run!])).length, 1, key);
      const { items } = await listEvents(pool, { key, limit: 10, cursor: null });
      assert.deepEqual(items.map(({ state }) => state).toSorted(), ['kept', 'taken'], key);
      await wait(next!, key);
      assert.deepEqual(await deliver({ runIds: [next!] }), [next], key);
    }
  });

  await t.test('the look at all events makes up for a dead process', async () => {
    const [run] = await submitWaiting();
    await postEvent(pool, eventOf('undone'));
    await wait(run!, 'undone');
    assert.deepEqual(await deliver({ all: 100 }), [run]);
    assert.deepEqual(await deliver({ all: 100 }), []);
  });

  await t.test('one key is one event; another event with it is a conflict', async () => {
    const idempotency = { key: 'once', requestHash: 'h1' };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => postEvent(pool, eventOf('idem', { idempotency }))),
    );
    assert.equal(new Set(answers.map(({ eventId }) => eventId)).size, 1);
    assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
    await assert.rejects(
      postEvent(pool, eventOf('idem', { idempotency: { key: 'once', requestHash: 'h2' } })),
      { code: 'idempotency_conflict' },
    );
    const foreign = await postEvent(pool, eventOf('idem', { owner: 'eve', idempotency }));
    assert.equal(foreign.replayed, false);
  });

  await t.test("events do not reach another owner's steps", async () => {
    const [run] = await submitWaiting();
    await wait(run!, 'mine');
    assert.deepEqual((await post('mine', { owner: 'eve' })).reached, []);
    assert.deepEqual((await post('mine')).reached, [run]);
    await wait(run!, 'any', 'later');
    assert.deepEqual((await post('any', { owner: null })).reached, [run], 'an admin’s does');
  });

  await t.test('lists by name, key and state, in pages, and deletes expired events', async () => {
    const a = await post('listed');
    const b = await post('listed');
    const [run] = await submitWaiting();
    await wait(run!, 'listed');
    await deliver({ runIds: [run!] });
    const list = (filter: Parameters<typeof listEvents>[1]) => listEvents(pool, filter);
    const first = await list({ key: 'listed', limit: 1, cursor: null });
    assert.deepEqual(pluck(first.items, 'id'), [b.eventId]);
    const rest = await list({ key: 'listed', limit: 1, cursor: first.nextCursor });
    assert.deepEqual(pluck(rest.items, 'id', 'state'), [[a.eventId, 'taken']]);
    const kept = await list({ key: 'listed', state: 'kept', limit: 5, cursor: null });
    assert.deepEqual(pluck(kept.items, 'id'), [b.eventId]);
    assert.deepEqual((await list({ name: 'nope', limit: 5, cursor: null })).items, []);

    await deleteExpiredEvents(pool, 1_000);
    assert.equal(await deleteExpiredEvents(pool, 1_000), 0);
    await expire(a.eventId, '1 s');
    assert.equal(await deleteExpiredEvents(pool, 1_000), 1);
    assert.equal(await getEvent(pool, a.eventId), undefined);
  });
});
