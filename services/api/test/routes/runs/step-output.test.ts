import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { BUILDER, OTHER } from '../../../testing/test-issuer.ts';

const CALL = { type: 'http', with: { url: 'http://x/' } };
const DEFINITION = {
  name: 'long',
  steps: {
    long: CALL,
    short: CALL,
    each: { type: 'map', over: [1, 2], step: CALL },
    none: CALL,
    asks: {
      ...CALL,
      needs: ['long', 'short', 'each'],
      with: { url: 'http://x/${{ size(steps.each.output) }}' },
    },
  },
};
const LONG = { status: 200, body: 'größer '.repeat(100_000) };
const TEXT = JSON.stringify(LONG);

test('a long output is left out of the run, and has a route to download it', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  const [owner, other] = await Promise.all([api.as(BUILDER), api.as(OTHER)]);
  assert.equal((await owner.post('/api/v1/workflows', DEFINITION)).status, 201);

  async function startRun(text: string): Promise<string> {
    const id = await owner.submit('long', {});
    await engine.start(id);
    const end = { status: 'succeeded', attempt: 1 };
    await engine.writeStep(id, 'long', { ...end, output: text });
    await engine.writeStep(id, 'short', { ...end, output: '{"a": 1}' });
    await engine.writeStep(id, 'each', { ...end, kind: 'map' });
    await engine.writeStep(id, 'each', { ...end, iteration: 0, output: '1' });
    await engine.writeStep(id, 'each', { ...end, iteration: 1, output: text });
    return id;
  }
  const id = await startRun(TEXT);
  const path = `/api/v1/runs/${id}/steps`;
  const sha256 = createHash('sha256').update(TEXT).digest('hex');
  const open = (step: string, client = owner) =>
    fetch(`${api.url}${path}/${step}`, { headers: client.headers });

  await t.test('the run and the list of items have only the other outputs', async () => {
    for (const query of ['', '?outputs=false']) {
      const { body } = await owner.get(`/api/v1/runs/${id}${query}`);
      const steps = new Map<string, Record<string, unknown>>(
        body.steps.map((step: { id: string }) => [step.id, step]),
      );
      assert.ok(!('output' in steps.get('long')!));
      assert.deepEqual(steps.get('short')!['output'], query ? undefined : { a: 1 });
    }
    const { items } = (await owner.get(`${path}/each/items`)).body;
    assert.equal(items[0].output, 1);
    assert.ok(!('output' in items[1]));
  });

  await t.test('downloads it unchanged, as a file', async () => {
    for (const step of ['long/output', 'each/output?iteration=1']) {
      const response = await open(step);
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type')!, /^application\/json/);
      const disposition = response.headers.get('content-disposition')!;
      assert.match(disposition, /^attachment; filename="(long|each-1)\.json"$/);
      const received = createHash('sha256')
        .update(await response.bytes())
        .digest('hex');
      assert.equal(received, sha256);
    }
    assert.equal((await owner.call('HEAD', `${path}/long/output`)).status, 200);
    assert.deepEqual((await owner.get(`${path}/long/output`)).body, LONG);
  });

  await t.test('downloads a short output too; no output is 404', async () => {
    assert.deepEqual((await owner.get(`${path}/short/output`)).body, { a: 1 });
    assert.equal((await owner.get(`${path}/each/output?iteration=0`)).body, 1);
    for (const step of ['each/output', 'none/output', 'other/output', 'each/output?iteration=7'])
      assert.equal((await owner.get(`${path}/${step}`)).body.code, 'not_found', step);
    assert.equal((await owner.get(`${path}/long/output`)).status, 200);
    assert.equal((await other.get(`${path}/long/output`)).body.code, 'not_found');
  });

  await t.test('an input that contains too many of them has an error instead', async () => {
    for (let iteration = 2; iteration < 8; iteration++)
      await engine.writeStep(id, 'each', {
        status: 'succeeded',
        attempt: 1,
        iteration,
        output: TEXT,
      });
    const { body } = await owner.get(`${path}/asks/input`);
    assert.equal(body.input, null);
    assert.equal(body.error.code, 'values_too_large');
  });
});
