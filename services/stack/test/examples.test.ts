import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { costUsd } from '@aio/worker/steps/llm/prices';

const FOLDER = new URL('../examples/', import.meta.url);
const TOKENS = { inputTokens: 1000, cachedInputTokens: 0, outputTokens: 100 };

const NAMES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -5));
const read = (file: string) => readFileSync(new URL(file, FOLDER), 'utf8');

for (const name of NAMES)
  test(`${name} only calls models that have a price`, () => {
    const models = read(`${name}.yaml`).match(/(?<=model: )\S+/g) ?? [];
    for (const model of models) assert.notEqual(costUsd(model, TOKENS), null, model);
  });

test('the README lists each example', () => {
  const listed = read('README.md').match(/(?<=^- `)[\w-]+/gm) ?? [];
  assert.deepEqual(listed.toSorted(), NAMES.toSorted());
});
