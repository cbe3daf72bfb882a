import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { v7 as uuidv7 } from 'uuid';
import { readEnvironment } from '../settings/environment.ts';
import { outputVariables } from '../outputs/output-variables.ts';
import { createStoredOutputs } from '../outputs/stored-outputs.ts';
import { makeOutputFolder } from '../testing/outputs.ts';

const TEXT = JSON.stringify({ text: 'größer €'.repeat(10_000) });

function stand(t: TestContext, outputStore?: string) {
  const folder = makeOutputFolder(t);
  const operations: string[] = [];
  const stored = createStoredOutputs({
    ...readEnvironment(outputVariables, { OUTPUT_STORE: outputStore ?? folder }),
    onOperation: (operation, outcome) => operations.push(`${operation} ${outcome}`),
  });
  return { folder, stored, operations };
}

const runOf = (day: string) => uuidv7({ msecs: Date.parse(`${day}T12:00:00Z`) });

test('names an output by the day of its run and its bytes', async (t) => {
  const { folder, stored, operations } = stand(t);
  const [run, sameDay] = [runOf('2026-11-29'), runOf('2026-11-29')];
  const nextDay = runOf('2026-11-30');
  const ref = await stored.put(run, TEXT);
  const sha256 = createHash('sha256').update(TEXT).digest('hex');
  assert.deepEqual(ref, { sha256, bytes: Buffer.byteLength(TEXT) });
  assert.deepEqual(await stored.put(sameDay, TEXT), ref);
  assert.deepEqual(readdirSync(folder), ['20261129']);
  assert.deepEqual(readdirSync(join(folder, '20261129')), [sha256]);
  assert.equal(await stored.read(sameDay, ref), TEXT);

  await assert.rejects(stored.read(nextDay, ref), { code: 'output_missing' });
  await stored.copy(ref, { from: run, to: sameDay });
  await stored.copy(ref, { from: run, to: nextDay });
  assert.equal(await stored.read(nextDay, ref), TEXT);
  const expected = 'put done, put done, get done, get missing, copy done, get done';
  assert.equal(operations.join(', '), expected);
});

test('removes days, and nothing else', async (t) => {
  const { folder, stored } = stand(t);
  for (const day of ['2026-11-27', '2026-11-28', '2026-11-29']) await stored.put(runOf(day), TEXT);
  mkdirSync(join(folder, '2026'));
  mkdirSync(join(folder, 'own'));
  assert.deepEqual(await stored.removeBefore('20261129'), ['20261127', '20261128']);
  assert.deepEqual(readdirSync(folder).toSorted(), ['2026', '20261129', 'own']);
  assert.deepEqual(await stored.removeBefore('20261129'), []);
});

test('treats changed bytes as missing', async (t) => {
  const { folder, stored } = stand(t);
  const run = runOf('2026-11-29');
  const ref = await stored.put(run, TEXT);
  writeFileSync(join(folder, '20261129', ref.sha256), TEXT.replace('g', 'G'));
  await assert.rejects(stored.read(run, ref), { code: 'output_missing' });
});

test('a store that does not answer and a missing object have different codes', async (t) => {
  const { folder } = stand(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { stored, operations } = stand(t, join(file, 'outputs'));
  const run = runOf('2026-11-29');
  await assert.rejects(stored.put(run, TEXT), {
    code: 'output_store_away',
    message: /does not respond: ENOTDIR/,
  });
  assert.deepEqual(operations, ['put failed']);
});

test('`none` is no store', async (t) => {
  const { stored } = stand(t, 'none');
  assert.equal(stored.isConfigured, false);
  await assert.rejects(stored.put(runOf('2026-11-29'), TEXT), { code: 'output_store_away' });
});

test('OUTPUT_STORE is a folder, a bucket or none', () => {
  const read = (OUTPUT_STORE: string) => readEnvironment(outputVariables, { OUTPUT_STORE });
  assert.deepEqual(read('/srv/outputs').outputStore, { type: 'folder', folder: '/srv/outputs' });
  for (const [given, bucket, prefix] of [
    ['s3://a-bucket', 'a-bucket', ''],
    ['s3://a-bucket/', 'a-bucket', ''],
    ['s3://a.bucket/aio/outputs/', 'a.bucket', 'aio/outputs/'],
  ] as const)
    assert.deepEqual(read(given).outputStore, { type: 's3', bucket, prefix });
  for (const wrong of ['outputs', './outputs', 's3://', 's3://A_B', 'https://bucket', 'None'])
    assert.throws(() => read(wrong), /OUTPUT_STORE/, wrong);
});
