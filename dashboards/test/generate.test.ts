import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { findDifferences, writeBoards } from '../board-files.ts';
import { readSettings } from '../settings.ts';
import { GENERATED } from './generated-boards.ts';

let path = '';
let folder = GENERATED;

before(() => {
  path = mkdtempSync(join(tmpdir(), 'aio-boards-'));
  folder = pathToFileURL(`${path}/`);
});
beforeEach(() => cpSync(GENERATED, folder, { recursive: true }));
after(() => rmSync(path, { recursive: true }));

test('the committed files match the boards', () => {
  assert.deepEqual(findDifferences(GENERATED), []);
});

test('finds a changed byte, a missing file and an extra file', () => {
  const changed = new URL('aio-api.json', folder);
  writeFileSync(changed, readFileSync(changed, 'utf8').replace('"P99"', '"P98"'));
  rmSync(new URL('aio-cost.json', folder));
  writeFileSync(new URL('aio-old.json', folder), '{}');
  assert.deepEqual(findDifferences(folder), [
    { file: 'aio-cost.json', what: 'is missing' },
    { file: 'aio-api.json', what: 'is out of step' },
    { file: 'aio-old.json', what: 'belongs to no board' },
  ]);
  writeBoards(folder);
  assert.deepEqual(findDifferences(folder), []);
});

/** What only `npm start` and Compose have. */
const OWN = /localhost|\bjob=\\"(?:api|worker)\\"|aio_public_url_info/;

test('boards for another Grafana have its settings, and none of the defaults', () => {
  const settings = readSettings({
    BOARDS_PROMETHEUS: 'mimir',
    BOARDS_JAEGER_URL: 'https://traces.example/jaeger/',
    BOARDS_AIO_URL: 'https://aio.example',
    BOARDS_JOB_API: 'prod/aio-api',
    BOARDS_JOB_WORKER: 'prod/aio-worker',
  });
  const files = writeBoards(folder, settings);
  const texts = files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
  assert.equal(texts.length, readdirSync(GENERATED).length);
  for (const [index, text] of texts.entries()) {
    assert.doesNotMatch(text, OWN, files[index]);
    const { templating } = JSON.parse(text) as { templating: { list: Variable[] } };
    const valueOf = (name: string) => templating.list.find((one) => one.name === name);
    assert.equal(valueOf('datasource')?.current?.value, 'mimir');
    assert.equal(valueOf('jaeger')?.query, 'https://traces.example/jaeger');
    assert.equal(valueOf('aio')?.query, 'https://aio.example');
  }
  const all = texts.join();
  for (const job of ['prod/aio-api', 'prod/aio-worker'])
    assert.ok(all.includes(`job=\\"${job}\\"`), job);
  const committed = readdirSync(GENERATED).map((file) =>
    readFileSync(new URL(file, GENERATED), 'utf8'),
  );
  assert.match(committed.join(), OWN, 'the committed boards have the defaults');
});

interface Variable {
  name: string;
  query?: unknown;
  current?: { value: unknown };
}
