import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { pluck } from '@aio/platform/testing/pluck';
import { CHAIN } from '../../../testing/definitions.ts';
import { openStream } from '../../../testing/read-stream.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

const NOW = new Date();

test('event streams', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  await api.post('/api/v1/workflows', CHAIN);

  async function submit(): Promise<{ id: string; events: string }> {
    const id = await api.submit();
    return { id, events: `${api.url}/api/v1/runs/${id}/events` };
  }

  async function statusAfter(events: string, last: string): Promise<number> {
    const headers = { ...api.headers, 'last-event-id': last };
    const response = await fetch(events, { headers });
    await response.body?.cancel();
    return response.status;
  }

  /** Plays a run: one step with two attempts, one that waits, one skipped. */
  async function live(id: string): Promise<void> {
    await engine.start(id);

    const running = { status: 'running', ready_at: NOW, started_at: NOW };
    const end = { finished_at: NOW };
    await engine.writeStep(id, 'first', { ...running, attempt: 1, started_seq: 3 });
    await api.query(
      `with moved as (update runs set event_seq = 4 where id = $1)
        insert into step_attempts
          (run_id, step, iteration, attempt, status, error, started_at, finished_at, started_seq, finished_seq)
        values ($1, 'first', -1, 1, 'failed', '{"code":"http_status","message":"503"}', now(), now(), 3, 4)`,
      [id],
    );
    await engine.writeStep(id, 'first', { ...running, attempt: 2, started_seq: 5 });
    await engine.writeStep(id, 'first', {
      ...end,
      attempt: 2,
      status: 'succeeded',
      finished_seq: 6,
    });
    const ask = { ...running, kind: 'approval', attempt: 1, started_seq: 7 };
    await engine.writeStep(id, 'ask', { ...ask, status: 'waiting', waiting_seq: 8 });
    await engine.writeStep(id, 'ask', {
      ...end,
      kind: 'approval',
      status: 'failed',
      finished_seq: 9,
    });
    await engine.writeStep(id, 'last', { ...end, status: 'skipped', finished_seq: 10 });
    await engine.finish(id, 'failed');
  }

  const LIFE = [
    'run.queued',
    'run.started',
    'step.started',
    'step.retrying',
    'step.started',
    'step.succeeded',
    'step.started',
    'step.waiting',
    'step.failed',
    'step.skipped',
    'run.failed',
  ];
  const LIFE_IDS = LIFE.map((_, index) => index + 1);

  await t.test('sends all events of a run, while it runs and afterwards', async () => {
    const { id, events } = await submit();
    const early = await openStream(events, api.headers);
    assert.equal(early.status, 200);
    assert.equal(early.contentType, 'text/event-stream');
    assert.equal((await early.next())?.event, 'run.queued');
    await live(id);
    const late = await openStream(events, api.headers);
    const [during, after] = await Promise.all([early.rest(), late.rest()]);
    assert.deepEqual(pluck(after, 'event'), LIFE);
    assert.deepEqual(pluck(after, 'id'), LIFE_IDS);
    assert.deepEqual(during, after.slice(1));
    const [, , started, retrying] = after;
    assert.deepEqual([started?.data.attempt, retrying?.data.attempt], [1, 1]);
    assert.deepEqual(retrying?.data.error, { code: 'http_status', message: '503' });
    assert.equal(after.at(-1)?.data.error.code, 'step_failed');
  });

  await t.test('a client that reconnects again and again gets each event once', async () => {
    const { id, events } = await submit();
    const seen: number[] = [];
    const living = live(id);
    for (let last = 0; last < LIFE.length;) {
      const byQuery = seen.length % 2 === 0;
      const stream = byQuery
        ? await openStream(`${events}?lastEventId=${last}`, api.headers)
        : await openStream(events, { ...api.headers, 'last-event-id': String(last) });
      const event = await stream.next();
      stream.leave();
      if (event?.id) seen.push((last = event.id));
    }
    await living;
    assert.deepEqual(seen, LIFE_IDS);
  });

  await t.test('answers 204 to a client with the last event', async () => {
    const { id, events } = await submit();
    await live(id);
    for (const last of ['11', '12', '999999'])
      assert.equal(await statusAfter(events, last), 204, last);
  });

  await t.test('refuses a Last-Event-ID that is no number', async () => {
    const { events } = await submit();
    for (const last of ['x', '-1', '1.5', '1e3', '9'.repeat(20)])
      assert.equal(await statusAfter(events, last), 400, last);
  });

  await t.test('HEAD opens no stream', async () => {
    const { events } = await submit();
    const response = await fetch(events, { method: 'HEAD', headers: api.headers });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
  });

  await t.test('counts open streams', async () => {
    const read = async () => (await api.sample('aio_http_event_streams')) ?? 0;
    await waitUntil(async () => (await read()) === 0, { what: 'all streams are closed' });
    const { events } = await submit();
    const open = () => openStream(events, api.headers);
    const streams = await Promise.all([open(), open()]);
    await Promise.all(streams.map((stream) => stream.next()));
    assert.equal(await read(), 2);
    for (const stream of streams) stream.leave();
    await waitUntil(async () => (await read()) === 0, { what: 'the streams are closed' });
  });

  await t.test('a shutdown ends them', async () => {
    const { events } = await submit();
    const run = await openStream(events, api.headers);
    await run.next();
    api.endStreams();
    await run.rest();
  });
});
