import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILES, readText, readVariables } from '../testing/files.ts';

const EXAMPLE = readText('.env.example');
/** Settings, commented out or not. */
const shown = [...EXAMPLE.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => ({
  name,
  value,
}));
/** Variables that `docker compose` reads itself. */
const OF_COMPOSE = ['COMPOSE_FILE'];
const used = FILES.flatMap((file) => readVariables(readText(file)));

test('.env.example has exactly the variables of the files, once each', () => {
  const names = shown.map(({ name }) => name).toSorted();
  assert.deepEqual(names, [...new Set(used.map(({ name }) => name)), ...OF_COMPOSE].toSorted());
});

test('.env.example shows the defaults, and each variable has only one', () => {
  const defaults = Object.fromEntries(shown.map(({ name, value }) => [name, value]));
  // `${NAME:+…}` has no default.
  const wrong = used.filter(
    ({ name, fallback }) => fallback !== '' && fallback !== defaults[name] && name !== 'TRACES_VIA',
  );
  assert.deepEqual(wrong, []);
});

test('.env.example contains no address of a service', () => {
  assert.doesNotMatch(EXAMPLE, /\w+:\/\//);
});

test('readVariables finds all forms of variables and ignores `$$`', () => {
  assert.deepEqual(readVariables('${A} ${B:-b c} ${C:+x} $${D} $$E'), [
    { name: 'A', fallback: '' },
    { name: 'B', fallback: 'b c' },
    { name: 'C', fallback: '' },
  ]);
});
