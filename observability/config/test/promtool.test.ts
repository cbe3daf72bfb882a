import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { writeRules } from '../write-rules.ts';
import { readQueries } from './read-page.ts';

const config = resolve(import.meta.dirname, '..');
const prometheus = join(config, 'prometheus');
const promtool = process.env.TEST_PROMTOOL_PATH;
const amtool = process.env.TEST_AMTOOL_PATH;
const withPromtool = { skip: promtool ? false : 'no promtool on this machine' };
const withAmtool = { skip: amtool ? false : 'no amtool on this machine' };

function run(program: string | undefined, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program as string, args, { encoding: 'utf8' });
  return { status, stdout, output: stdout + stderr };
}

function succeeds(program: string | undefined, args: readonly string[]): string {
  const { status, stdout, output } = run(program, args);
  assert.equal(status, 0, output);
  return stdout;
}

const testFiles = (folder: string) => globSync(join(folder, 'tests/*.yml')).sort();

test('promtool accepts the configuration and finds its rules', withPromtool, () => {
  const output = succeeds(promtool, ['check', 'config', join(prometheus, 'prometheus.yml')]);
  assert.match(output, /2 rule files found/);
});

test('promtool accepts the rules, as shipped and for drills', withPromtool, (t) => {
  const folder = temporaryFolder(t);
  for (const scale of [1, 1 / 60]) {
    for (const [name, text] of Object.entries(writeRules(scale))) {
      writeFileSync(join(folder, name), text);
      succeeds(promtool, ['check', 'rules', join(folder, name)]);
    }
  }
});

test('every alert fires only as its cases say', withPromtool, () => {
  succeeds(promtool, ['test', 'rules', ...testFiles(prometheus)]);
});

test('the cases detect a wrong rule', withPromtool, (t) => {
  const folder = temporaryFolder(t);
  cpSync(prometheus, folder, { recursive: true });
  const rules = join(folder, 'rules/alerts.yml');
  const text = readFileSync(rules, 'utf8');
  writeFileSync(rules, text.replaceAll('> 0.1 ', '> 0.3 '));
  const { status, output } = run(promtool, ['test', 'rules', join(folder, 'tests/llm.yml')]);
  assert.equal(status, 1);
  assert.match(output, /LlmErrors/);
});

test('every query of a runbook is valid PromQL', withPromtool, (t) => {
  const pages = resolve(config, '../runbooks');
  const rules = readdirSync(pages).flatMap((page) =>
    readQueries(readFileSync(join(pages, page), 'utf8')).map((expr, index) => ({
      record: `${page.replaceAll(/\W/g, '_')}:${index}`,
      expr,
    })),
  );
  const file = join(temporaryFolder(t), 'queries.yml');
  writeFileSync(file, stringify({ groups: [{ name: 'runbooks', rules }] }));
  assert.match(
    succeeds(promtool, ['check', 'rules', file]),
    new RegExp(`${rules.length} rules found`),
  );
});

test('amtool accepts the configuration, and routes by severity', withAmtool, () => {
  const file = join(config, 'alertmanager/alertmanager.yml');
  succeeds(amtool, ['check-config', file]);
  const routed = (...labels: string[]) =>
    succeeds(amtool, ['config', 'routes', 'test', `--config.file=${file}`, ...labels]).trim();
  assert.equal(routed('severity=page', 'alertname=NoWorkerUp'), 'pages');
  assert.equal(routed('severity=ticket', 'alertname=RetryStorm'), 'tickets');
  assert.equal(routed('severity=none', 'alertname=Watchdog'), 'heartbeat');
});

function temporaryFolder(t: { after(done: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'aio-promtool-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
