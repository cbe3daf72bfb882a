import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILES, readText, readVariables } from '../testing/files.ts';

const EXAMPLE = readText('.env.example');
/** Lines that set something, or would without their `#`. */
const shown = [...EXAMPLE.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => ({
  name,
  value,
}));
/** Read by `docker compose` itself. */
const OF_COMPOSE = ['COMPOSE_FILE'];
const used = FILES.flatMap((file) => readVariables(readText(file)));

test('.env.example has every variable of the files, once, and none that nobody reads', () => {
  assert.deepEqual(
    shown.map(({ name }) => name).toSorted(),
    [...new Set(used.map(({ name }) => name)), ...OF_COMPOSE].toSorted(),
  );
});

test('.env.example shows the defaults, which are the same wherever a variable stands', () => {
  const defaults = Object.fromEntries(shown.map(({ name, value }) => [name, value]));
  // A name of which only the presence is asked has its default elsewhere.
  const wrong = used.filter(
    ({ name, fallback }) => fallback !== '' && fallback !== defaults[name] && name !== 'TRACES_VIA',
  );
  assert.deepEqual(wrong, []);
});

test('.env.example has no address of a service', () => {
  assert.doesNotMatch(EXAMPLE, /\w+:\/\//);
});

test('variables are found in their forms, and dollars of shells are not', () => {
  assert.deepEqual(readVariables('${A} ${B:-b c} ${C:+x} $${D} $$E'), [
    { name: 'A', fallback: '' },
    { name: 'B', fallback: 'b c' },
    { name: 'C', fallback: '' },
  ]);
});
