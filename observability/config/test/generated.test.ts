import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { runbookPath } from '@aio/catalog/alerts/alert';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { temporaryFolder } from '@aio/catalog/testing/programs';
import { parse } from 'yaml';
import { listRunbooks } from '../list-runbooks.ts';
import { RULE_CASES } from '../write-rule-tests.ts';
import { writeOrCheck } from '../write-or-check.ts';
import { writeRules } from '../write-rules.ts';
import type { RuleGroup } from '@aio/slo/rule-group';
import { unknownNames } from './read-page.ts';

const root = resolve(import.meta.dirname, '../../..');
const alerts = Object.values(listAlerts()).flat();

test('a check names files that differ or are missing, and writes none', (t) => {
  const folder = temporaryFolder(t);
  const [same, changed, missing] = ['same', 'changed', 'missing'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  writeOrCheck(
    [same, changed].map((file) => [file, 'a'] as const),
    false,
  );
  const named = t.mock.method(console, 'error', () => {});
  const texts = [
    [same, 'a'],
    [changed, 'a '],
    [missing, 'a'],
  ] as const;
  writeOrCheck(texts, true);
  assert.equal(process.exitCode, 1);
  process.exitCode = 0;
  const lines = named.mock.calls.map(
    ({ arguments: [line] }) => String(line).split(' is out of')[0],
  );
  assert.deepEqual(
    lines.map((line) => resolve(root, line!)),
    [changed, missing],
  );
  assert.deepEqual([readFileSync(changed, 'utf8'), existsSync(missing)], ['a', false]);
});

test('a misspelt metric fails with file and name', (t) => {
  const copy = temporaryFolder(t);
  cpSync(join(root, 'observability/catalog'), join(copy, 'catalog'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const file = join(copy, 'catalog/alerts/steps.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace("'poisonSteps'", "'poisonStep'"));
  const run = `import('${join(copy, 'catalog/alerts/alerts.ts')}').then(({ listAlerts }) => listAlerts())`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', run], { encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /alerts\/steps\.ts:\d+: there is no metric poisonStep/);
});

test('every alert has a value in its summary, a description and a runbook', () => {
  for (const alert of alerts) {
    assert.match(alert.summary, /\{\{[^}]*\$value/, `${alert.name}: the value in the summary`);
    assert.doesNotMatch(alert.description, /\{\{/, alert.name);
    assert.match(alert.description, /\.$/, alert.name);
    assert.match(runbookPath(alert), /\/runbooks\/[a-z-]+\.md$/);
  }
});

test('the table of times marks what did not arrive', () => {
  const time = { drill: 'no-api', rule: 'NoApiUp', severity: 'page' } as const;
  const figures = { firing: 72.1, arrived: 83, resolved: 15, otherPages: 0 };
  const page = listRunbooks([
    { ...time, ...figures },
    { ...time, ...figures, drill: 'held-back', arrived: null },
  ]);
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|') && line.includes('[NoApiUp]'));
  assert.deepEqual(
    rows.map((row) => row.split('|').map((cell) => cell.trim())),
    [
      ['', 'no-api', '[NoApiUp](no-api-up.md)', '72.1', '83.0', '15.0', '0', ''],
      ['', 'held-back', '[NoApiUp](no-api-up.md)', '72.1', '-', '15.0', '0', ''],
    ],
  );
});

test('every alert has a case in which it fires and one in which it does not', () => {
  const cases = Object.values(RULE_CASES).flat();
  for (const { name, labels } of alerts) {
    const own = cases.filter(({ alert }) => alert === name);
    const isWindow = (window: string | undefined) =>
      name === 'ApiAvailabilityBurn' ? window === labels?.window : true;
    assert.ok(
      own.some(({ fires }) => fires.some(({ window }) => isWindow(window))),
      `${name} ${labels?.window ?? ''} fires`,
    );
    assert.ok(name === 'Watchdog' || own.some(({ fires }) => fires.length === 0), `${name} quiet`);
  }
});

test('rules name only existing series', () => {
  const rules = Object.values(writeRules()).flatMap((text) =>
    (parse(text) as { groups: RuleGroup[] }).groups.flatMap(({ rules }) => rules),
  );
  for (const { expr } of rules) assert.deepEqual(unknownNames(expr), [], expr);
});
