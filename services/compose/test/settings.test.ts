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

/** Variables whose default depends on the files; the comment in .env.example has it. */
const DEPENDENT = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_LOGS_EXPORTER',
  'JAEGER_QUERY_URL',
  'JAEGER_UI_URL',
];

test('.env.example shows the defaults, and each variable has only one', () => {
  const defaults = Object.fromEntries(shown.map(({ name, value }) => [name, value]));
  for (const name of DEPENDENT) assert.equal(defaults[name], '', name);
  const wrong = used.filter(
    ({ name, fallback }) =>
      fallback !== '' && fallback !== defaults[name] && !DEPENDENT.includes(name),
  );
  assert.deepEqual(wrong, []);
});

test('two variables suffice for another OTLP backend, in both files', () => {
  const names = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS'];
  for (const file of FILES) {
    const found = readVariables(readText(file)).map(({ name }) => name);
    for (const name of names) assert.ok(found.includes(name), `${file}: ${name}`);
  }
});

test('.env.example contains no address of a service', () => {
  assert.doesNotMatch(EXAMPLE, /\w+:\/\//);
});

test('readVariables finds all forms of variables and ignores `$$`', () => {
  assert.deepEqual(readVariables('${A} ${B:-b c} ${C:+x} $${D} $$E ${F:-${G:+g}} ${H:-h${I:-i}}'), [
    { name: 'A', fallback: '' },
    { name: 'B', fallback: 'b c' },
    { name: 'C', fallback: '' },
    { name: 'F', fallback: '' },
    { name: 'G', fallback: '' },
    { name: 'H', fallback: 'hi' },
    { name: 'I', fallback: 'i' },
  ]);
});
