import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { en } from './en/index.ts';
import { ja } from './ja/index.ts';

const APP = resolve(import.meta.dirname, '..');
const FILES = globSync('**/*.{vue,ts}', { cwd: APP })
  .filter((file) => !file.endsWith('.test.ts') && !file.startsWith('text/'))
  .map((file) => ({ file, source: readFileSync(resolve(APP, file), 'utf8') }));

/** `t('overview.runExampleOf')` and `$t(…)`; computed keys are not found. */
const CALLS = /\bt\(\s*'([a-z]\w*(?:\.\w+)+)'/g;
/** A key in any string, for `t(isLive ? 'shell.live' : 'shell.polling')`. */
const KEYS = /'([a-z]\w*(?:\.\w+)+)'/g;
/** A computed key: `time.${part}Spent`. */
const PATTERNS = /`([a-z]\w*\.[\w.]*)\$\{[^`]*?\}(\w*)`/g;

function textAt(texts: object, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], texts);
}

function keysOf(texts: object, above = ''): string[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string' ? [above + name] : keysOf(text as object, `${above}${name}.`),
  );
}

test('every key in use has a text in both languages', () => {
  const asked = FILES.flatMap(({ file, source }) =>
    [...source.matchAll(CALLS)].map(([, key = '']) => ({ file, key })),
  );
  assert.ok(asked.length > 100, `${asked.length} texts`);
  for (const { file, key } of asked)
    for (const texts of [en, ja])
      assert.equal(typeof textAt(texts, key), 'string', `${file}: ${key}`);
});

test('every text is in use', () => {
  const all = FILES.map(({ source }) => source).join('\n');
  const whole = new Set([...all.matchAll(KEYS)].map(([, key]) => key));
  const patterns = [...all.matchAll(PATTERNS)].map(([, before = '', after = '']) => {
    const escaped = before.replaceAll('.', String.raw`\.`);
    return new RegExp(`^${escaped}[^.]*${after}$`);
  });
  const isAsked = (key: string): boolean =>
    whole.has(key) || patterns.some((pattern) => pattern.test(key));
  const unused = keysOf(en).filter((key) => !isAsked(key));
  assert.deepEqual(unused, []);
});
