import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { FILES, readText, readVariables, type Service, withDefaults } from '../testing/files.ts';

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

/** Default ports of the host that a Compose file publishes. */
function publishedBy(file: string): number[] {
  const { services } = parse(readText(file), { merge: true }) as {
    services: Record<string, Service>;
  };
  return Object.values(services).flatMap(({ ports = [] }) =>
    ports.map((port) => Number(withDefaults(port).split(':').at(-2))),
  );
}

/** Rows of the README's table of addresses: what, by `npm start`, in containers. */
function readAddresses(): string[][] {
  const [, ...lines] = readText('README.md').split(/^(?=\| what .*in containers)/m);
  const [table = ''] = lines.join('').split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').slice(1, -1));
}

test("the Compose files publish the addresses of the README's table", () => {
  const rows = readAddresses();
  const published = FILES.flatMap(publishedBy);
  const listed = rows.flatMap(([what = '', , text = '']) =>
    [...text.matchAll(/localhost:(\d+)/g)].map(([, port]) => {
      assert.ok(published.includes(Number(port)), `${what.trim()}: ${port}`);
      return Number(port);
    }),
  );
  assert.ok(listed.length >= 8, 'the README has the table');
});
