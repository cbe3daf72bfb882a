import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  acceptsQueries,
  promtoolSucceeds,
  runPromtool,
  succeeds,
  temporaryFolder,
  withPromtool,
} from '@aio/catalog/testing/programs';
import { writeRuleTests } from '../write-rule-tests.ts';
import { readQueries } from './read-page.ts';

const config = resolve(import.meta.dirname, '..');
const prometheus = join(config, 'prometheus');
const amtool = process.env.TEST_AMTOOL_PATH;
const withAmtool = { skip: amtool ? false : 'no amtool on this machine' };

/** A copy of the shipped rules, and their cases as files of promtool. */
function writeCases(t: TestContext): { folder: string; files: string[] } {
  const folder = temporaryFolder(t);
  cpSync(join(prometheus, 'rules'), join(folder, 'rules'), { recursive: true });
  mkdirSync(join(folder, 'tests'));
  const files = Object.entries(writeRuleTests()).map(([name, text]) => {
    const file = join(folder, 'tests', name);
    writeFileSync(file, text);
    return file;
  });
  return { folder, files };
}

test('promtool accepts the configuration and finds its rules', withPromtool, () => {
  const output = promtoolSucceeds('check', 'config', join(prometheus, 'prometheus.yml'));
  const { length } = readdirSync(join(prometheus, 'rules'));
  assert.match(output, new RegExp(`: ${length} rule files found`));
});

test('every alert fires only as its cases say', withPromtool, (t) => {
  promtoolSucceeds('test', 'rules', ...writeCases(t).files);
});

test('the cases detect a wrong rule', withPromtool, (t) => {
  const { folder } = writeCases(t);
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
  assert.equal(routed('severity=ticket', 'alertname=PoisonStep'), 'tickets');
  assert.equal(routed('severity=none', 'alertname=Watchdog'), 'heartbeat');
});
