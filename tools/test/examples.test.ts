import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readPrices } from '@aio/worker/steps/llm/price-file';

const FOLDER = new URL('../../examples/workflows/', import.meta.url);

const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -5));
const read = (file: string) => readFileSync(new URL(file, FOLDER), 'utf8');

for (const name of NAMES)
  test(`${name} only calls models that have a price`, () => {
    const models = read(`${name}.yaml`).match(/(?<=model: )\S+/g) ?? [];
    for (const model of models) assert.ok(readPrices(null).has(model), model);
  });

test('the README lists each example', () => {
  const listed = read('README.md').match(/(?<=^- `)[\w-]+/gm) ?? [];
  assert.deepEqual(listed.toSorted(), NAMES.toSorted());
});
