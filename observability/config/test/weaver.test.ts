import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { LOG_EVENTS } from '@aio/catalog/logs/log-events';
import { SPANS } from '@aio/catalog/traces/spans';
import { run, succeeds, temporaryFolder } from '@aio/catalog/testing/programs';
import { parse } from 'yaml';
import type { DefinitionFile } from '../weaver/registry.ts';

const folder = resolve(import.meta.dirname, '../weaver/generated');
const weaver = process.env.TEST_WEAVER_PATH;
const skip = weaver ? false : 'no weaver on PATH; it is in no package registry';

const read = (name: string) =>
  parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as DefinitionFile;

test('the registry contains the whole catalogue', () => {
  const namesOf = (signals: object) =>
    Object.values(signals as Record<string, { name: string }>).map(({ name }) => name);
  const [{ metrics }, { events }, { spans }] = [read('metrics'), read('events'), read('spans')];
  assert.deepEqual(namesOf(metrics!), namesOf(METRICS));
  assert.deepEqual(namesOf(events!), namesOf(LOG_EVENTS));
  const names = spans?.map(({ name }) => name.note);
  assert.deepEqual(names, namesOf(SPANS));
});

test('the registry defines each attribute of a signal exactly once', () => {
  const keys = read('attributes').attributes!.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  const { entities = [] } = read('entities');
  const signals = [
    ...(read('metrics').metrics ?? []),
    ...(read('events').events ?? []),
    ...(read('spans').spans ?? []),
    ...entities.map(({ identity, description }) => ({ attributes: [...identity, ...description] })),
  ];
  for (const { ref } of signals.flatMap(({ attributes }) => attributes))
    assert.ok(keys.includes(ref), ref);
});

const check = (registry: string) => ['registry', 'check', '--registry', registry];

test('Weaver accepts the registry', { skip }, () => void succeeds(weaver, check(folder)));

test('Weaver detects an undefined attribute', { skip }, (t) => {
  const copy = temporaryFolder(t);
  cpSync(folder, copy, { recursive: true });
  const file = join(copy, 'spans.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('aio.run.id', 'aio.run.idd'));
  const { status, output } = run(weaver, check(copy));
  assert.notEqual(status, 0);
  assert.match(output, /aio\.run\.idd/);
});
