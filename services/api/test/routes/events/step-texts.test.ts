import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLiveTextPublisher } from '@aio/platform/queues/live-texts';
import { pluck } from '@aio/platform/testing/pluck';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { CHAIN } from '../../../testing/definitions.ts';
import { openStream } from '../../../testing/read-stream.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { OTHER } from '../../../testing/test-issuer.ts';

test('the stream of a run carries texts while models write them', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  await api.post('/api/v1/workflows', CHAIN);
  const texts = createLiveTextPublisher(api);
  t.after(() => texts.close());
  const id = await api.submit();
  const events = `${api.url}/api/v1/runs/${id}/events`;
  const piece = { step: 'first', attempt: 1, isCut: false };
  const isWatched = () => texts.watchersOf(id);

  await t.test('nobody watches unless they ask for texts', async (t) => {
    const plain = await openStream(events, api.headers);
    t.after(plain.leave);
    assert.equal((await plain.next())?.event, 'run.queued');
    assert.equal(await isWatched(), null);
    const stranger = await openStream(`${events}?texts=true`, (await api.as(OTHER)).headers);
    assert.equal(stranger.status, 404);
    assert.equal(await isWatched(), null);
  });

  await t.test(
    'pieces come between the events, without a number; the stream ends with the run',
    async () => {
      const stream = await openStream(`${events}?texts=true`, api.headers);
      assert.equal((await stream.next())?.id, 1);
      await waitUntil(isWatched, { what: 'the run is watched' });
      texts.publish(id, { ...piece, iteration: -1, offset: 0, text: 'Be' });
      assert.deepEqual(await stream.next(), {
        id: null,
        event: 'step.text',
        data: { step: 'first', attempt: 1, offset: 0, text: 'Be' },
      });
      await engine.start(id);
      assert.equal((await stream.next())?.event, 'run.started');
      texts.publish(id, { ...piece, iteration: 3, offset: 2, text: 'cause', isCut: true });
      const { data } = (await stream.next())!;
      assert.deepEqual(data, {
        step: 'first',
        iteration: 3,
        attempt: 1,
        offset: 2,
        text: 'cause',
        isCut: true,
      });
      await engine.finish(id, 'succeeded');
      assert.deepEqual(pluck(await stream.rest(), 'event'), ['run.succeeded']);
    },
  );
});
