import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findRetiredWords } from './find-retired.ts';
import { makeTestFolder } from '../../testing/folder.ts';

/** Path, line and word of each finding in a project that only has these files. */
function findIn(t: TestContext, files: Readonly<Record<string, string>>): string[] {
  const root = makeTestFolder(t, 'words');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return findRetiredWords(root).map((line) => /^.*?"[^"]*"/.exec(line)![0]);
}

test('finds a word in each kind of text, with file and line', (t) => {
  const found = findIn(t, {
    'docs/page.md': '# Page\n\nThe worker begins\nanew.\n',
    'services/web/app/text/en/run.ts': "export const run = {\n  again: 'Started anew',\n};\n",
    'observability/catalog/metrics/runs.ts':
      '/** A run. */\nexport const help =\n  "Runs that whoever asked has seen.";\n',
    'services/api/routes/routes.ts': 'const a = { description: `Up to ${MOST} are told.` };\n',
    '.github/form.md': 'Start anew.\n',
    'loadtest/bench/report.ts': "const title = 'Requests beside a load';\n",
    'services/identity/realm.json': '{ "description": "Runs workflows of their own" }\n',
    'services/stack/usage.mjs': "export const USAGE = 'Starts anew';\n",
    'services/worker/steps/http.ts': "throw new StepError('a', 'The server was told.');\n",
  });
  assert.deepEqual(found, [
    '.github/form.md:1: "anew"',
    'docs/page.md:4: "anew"',
    'loadtest/bench/report.ts:1: "beside"',
    'observability/catalog/metrics/runs.ts:3: "whoever"',
    'services/api/routes/routes.ts:1: "told"',
    'services/identity/realm.json:1: "of their own"',
    'services/stack/usage.mjs:1: "anew"',
    'services/web/app/text/en/run.ts:2: "anew"',
    'services/worker/steps/http.ts:1: "told"',
  ]);
});

test('finds a phrase across lines and at the start of a sentence', (t) => {
  const text = 'Whoever asks gets a lane of its\nown, in\nthe offer of a worker.\n';
  assert.deepEqual(findIn(t, { 'a.md': text }), [
    'a.md:1: "of its own"',
    'a.md:1: "Whoever"',
    'a.md:3: "the offer"',
  ]);
});

test('ignores code, links, comments, names and generated pages', (t) => {
  const found = findIn(t, {
    'a.md': 'Run `aio anew`, see [the page](anew.md).\n\n```\nanew\n```\n\n<!-- anew -->\n',
    'generated.md': '<!-- Generated from x. -->\n\nanew\n',
    'node_modules/x/README.md': 'anew\n',
    'services/api/a.test.ts': "test('it is told anew', () => {});\n",
    'services/api/a.ts':
      "// told anew\nconst icon = 'i-lucide-bell';\nconst quote = /['`]/; /* told */\nconst url = 'http://x'; // told\n",
  });
  assert.deepEqual(found, []);
});

test('allows good uses of words', (t) => {
  const text =
    'The host of the API offers a unit of seconds. Each step is part of its own trace.\n' +
    'A drafted reply, an offered slot, a ring buffer.\n';
  assert.deepEqual(findIn(t, { 'a.md': text }), []);
});
