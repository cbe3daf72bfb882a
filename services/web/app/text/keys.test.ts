import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { en } from './en/index.ts';
import { ja } from './ja/index.ts';

const APP = resolve(import.meta.dirname, '..');
/** `t('overview.runExampleOf')` and `$t(…)` with values; keys that are put together are not seen. */
const CALLS = /\bt\(\s*'([a-z]\w*(?:\.\w+)+)'/g;

function textAt(texts: object, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], texts);
}

test('every text that a component asks for is there, in both languages', () => {
  const files = globSync('**/*.{vue,ts}', { cwd: APP });
  const asked = files.flatMap((file) =>
    [...readFileSync(resolve(APP, file), 'utf8').matchAll(CALLS)].map(([, key = '']) => ({
      file,
      key,
    })),
  );
  assert.ok(asked.length > 100, `${asked.length} texts`);
  for (const { file, key } of asked)
    for (const texts of [en, ja])
      assert.equal(typeof textAt(texts, key), 'string', `${file}: ${key}`);
});
