import { StackError } from '@aio/tools/stack-error';
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { readCommandLine } from './command-line.ts';
import { SCENARIO_NAMES, questionOf, scenarioFile } from './scenarios.ts';
import { requireLoopback } from './target.ts';

const usage = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StackError);
  assert.equal(error.exitCode, 64);
  assert.match([error.message, ...error.details].join('\n'), message);
  return true;
};

test('every file of scenarios/ is a listed scenario with a question', () => {
  const folder = dirname(scenarioFile('smoke'));
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  assert.deepEqual(files.sort(), SCENARIO_NAMES.map((name) => `${name}.ts`).sort());
  for (const name of SCENARIO_NAMES) assert.match(questionOf(name), /\w.*\?$/, name);
});

test('without a known scenario, the error lists all with their questions', () => {
  assert.throws(
    () => readCommandLine([]),
    usage(/name a scenario: npm run load[^]*\n {2}knee +What is the highest rate/),
  );
  assert.throws(() => readCommandLine(['sмoke']), usage(/unknown scenario "sмoke"/));
});

test('durations have units, and each scenario has its default rate', () => {
  const seconds = (text: string) => readCommandLine(['baseline', '--duration', text]).seconds;
  assert.deepEqual(['90', '90s', '10m', '4h'].map(seconds), [90, 90, 600, 14_400]);
  assert.throws(() => seconds('soon'), usage(/--duration soon: expected/));
  const { rate, traced, own } = readCommandLine(['baseline', '--traced', '10', '--own']);
  assert.deepEqual([rate, traced, own], [20, 0.1, true]);
});

test('other machines need --remote', () => {
  const here = ['http://localhost:8080', 'http://127.0.0.1:1', 'http://[::1]:8080', ''];
  requireLoopback(here, false);
  for (const there of ['http://10.0.0.7:8080', 'https://aio.example', 'http://localhost.example']) {
    assert.throws(() => requireLoopback([...here, there], false), usage(/is not this machine/));
    requireLoopback([there], true);
  }
});
