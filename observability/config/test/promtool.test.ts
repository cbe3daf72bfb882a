import assert from 'node:assert/strict';
import { cpSync, globSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import {
  acceptsQueries,
  promtoolSucceeds,
  runPromtool,
  succeeds,
  temporaryFolder,
  withPromtool,
} from '@aio/catalog/testing/programs';
import { writeRules } from '../write-rules.ts';
import { readQueries } from './read-page.ts';

const config = resolve(import.meta.dirname, '..');
const prometheus = join(config, 'prometheus');
const amtool = process.env.TEST_AMTOOL_PATH;
const withAmtool = { skip: amtool ? false : 'no amtool on this machine' };

const testFiles = (folder: string) => globSync(join(folder, 'tests/*.yml')).sort();

test('promtool accepts the configuration and finds its rules', withPromtool, () => {
  const output = promtoolSucceeds('check', 'config', join(prometheus, 'prometheus.yml'));
  assert.match(output, /15 rule files found/);
});

test('promtool accepts the rules, as shipped and for drills', withPromtool, (t) => {
  const folder = temporaryFolder(t);
  const files = [1, 1 / 60].flatMap((scale, nth) =>
    Object.entries(writeRules(scale)).map(([name, text]) => {
      const file = join(folder, `${nth}-${name}`);
      writeFileSync(file, text);
      return file;
    }),
  );
  promtoolSucceeds('check', 'rules', ...files);
});

test('every alert fires only as its cases say', withPromtool, () => {
  promtoolSucceeds('test', 'rules', ...testFiles(prometheus));
});

test('the cases detect a wrong rule', withPromtool, (t) => {
  const folder = temporaryFolder(t);
  cpSync(prometheus, folder, { recursive: true });
  const rules = join(folder, 'rules/llm.yml');
  const text = readFileSync(rules, 'utf8');
  writeFileSync(rules, text.replaceAll('> 0.1 ', '> 0.3 '));
  const { status, output } = runPromtool('test', 'rules', join(folder, 'tests/llm.yml'));
  assert.equal(status, 1);
  assert.match(output, /LlmErrors/);
});

test('every query of a runbook is valid PromQL', withPromtool, (t) => {
  const pages = resolve(config, '../runbooks');
  const queries = readdirSync(pages).flatMap((page) =>
    readQueries(readFileSync(join(pages, page), 'utf8')),
  );
  acceptsQueries(t, queries);
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
