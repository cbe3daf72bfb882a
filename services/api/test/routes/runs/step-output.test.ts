import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dayOfId } from '@aio/platform/queries/id-times';
import { retryRun } from '@aio/platform/queries/runs/retry-run';
import { RETRY } from '@aio/platform/testing/retry';
import { v7 as uuidv7 } from 'uuid';
import { startTestApi } from '../../../testing/start-test-api.ts';
import { BUILDER, OTHER } from '../../../testing/test-issuer.ts';

const DAY_MS = 86_400_000;
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
      needs: ['long'],
      with: { url: 'http://x/${{ size(steps.long.output.body) }}' },
    },
  },
};
const LONG = { status: 200, body: 'größer '.repeat(1_500_000) };
const TEXT = JSON.stringify(LONG);

test('a long output is a reference in the run, with a route to download it', async (t) => {
  const api = await startTestApi(t);
  const { engine } = api;
  const [owner, other] = await Promise.all([api.as(BUILDER), api.as(OTHER)]);
  assert.equal((await owner.post('/api/v1/workflows', DEFINITION)).status, 201);

  async function startRun(text: string): Promise<string> {
    const id = await owner.submit('long', {});
    await engine.start(id);
    const output_ref = JSON.stringify(await api.stored.put(id, text));
    const end = { status: 'succeeded', attempt: 1 };
    await engine.writeStep(id, 'long', { ...end, output_ref });
    await engine.writeStep(id, 'short', { ...end, output: '{"a": 1}' });
    await engine.writeStep(id, 'each', { ...end, kind: 'map' });
    await engine.writeStep(id, 'each', { ...end, iteration: 0, output: '1' });
    await engine.writeStep(id, 'each', { ...end, iteration: 1, output_ref });
    return id;
  }
  const id = await startRun(TEXT);
  const path = `/api/v1/runs/${id}/steps`;
  const sha256 = createHash('sha256').update(TEXT).digest('hex');
  const bytes = Buffer.byteLength(TEXT);
  const open = (step: string, client = owner) =>
    fetch(`${api.url}${path}/${step}`, { headers: client.headers });

  await t.test('the run has its size and path, and the other outputs', async () => {
    for (const query of ['', '?outputs=false']) {
      const { body } = await owner.get(`/api/v1/runs/${id}${query}`);
      const steps = new Map<string, Record<string, unknown>>(
        body.steps.map((step: { id: string }) => [step.id, step]),
      );
      const { storedOutput, ...long } = steps.get('long')!;
      assert.deepEqual(storedOutput, { bytes, sha256, href: `${path}/long/output` });
      assert.ok(!('output' in long));
      assert.deepEqual(steps.get('short')!['output'], query ? undefined : { a: 1 });
      assert.ok(!('storedOutput' in steps.get('short')!));
      assert.ok(!('output' in steps.get('each')!), 'one of its items is long');
    }
    const { items } = (await owner.get(`${path}/each/items`)).body;
    assert.equal(items[0].output, 1);
    assert.equal(items[1].storedOutput.href, `${path}/each/output?iteration=1`);
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

  await t.test('an input that contains it has an error instead', async () => {
    const { body } = await owner.get(`${path}/asks/input`);
    assert.equal(body.input, null);
    assert.equal(body.error.code, 'values_too_large');
  });

  await t.test('a retry on another day has its own objects', async () => {
    const failed = await startRun(TEXT);
    await engine.finish(failed, 'failed');
    const newId = uuidv7({ msecs: Date.now() + 3 * DAY_MS });
    const { pool, stored } = api;
    await retryRun(pool, { ...RETRY, runId: failed, newId, stored });
    await api.stored.removeBefore(dayOfId(newId));
    const response = await api.get(`/api/v1/runs/${newId}/steps/long/output`);
    assert.deepEqual(response.body, LONG);
    assert.equal((await owner.get(`${path}/long/output`)).body.code, 'output_missing');
  });

  await t.test('if the store is down, downloads answer 503 and runs still work', async () => {
    const gone = await startRun(TEXT);
    const folder = join(api.stored.folder, dayOfId(gone));
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder');
    const { status, body } = await owner.get(`/api/v1/runs/${gone}/steps/long/output`);
    assert.deepEqual([status, body.code], [503, 'output_store_away']);
    assert.equal((await owner.get(`/api/v1/runs/${gone}`)).status, 200);
  });
});
