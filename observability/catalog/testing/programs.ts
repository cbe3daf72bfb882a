/** Programs that check generated files, where a machine has them. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Test {
  after(done: () => void): void;
}

const promtool = process.env.TEST_PROMTOOL_PATH;

/** Options of a test that needs promtool. */
export const withPromtool = { skip: promtool ? false : 'no promtool on this machine' };

/** A folder that the test removes at its end. */
export function temporaryFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'aio-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function run(program: string | undefined, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program as string, args, { encoding: 'utf8' });
  return { status, stdout, output: stdout + stderr };
}

/** Asserts that the program ends well. @returns its standard output */
export function succeeds(program: string | undefined, args: readonly string[]): string {
  const { status, stdout, output } = run(program, args);
  assert.equal(status, 0, output);
  return stdout;
}

export const runPromtool = (...args: string[]) => run(promtool, args);
export const promtoolSucceeds = (...args: string[]) => succeeds(promtool, args);

/** Samples by series, and the queries with their expected results. */
export interface PromqlCase {
  name: string;
  interval: string;
  given: Readonly<Record<string, string>>;
  expected: readonly { expr: string | undefined; eval_time: string; exp_samples: object[] }[];
}

/** Asserts that Prometheus gets the expected results. */
export function evaluates(
  t: Test,
  cases: readonly PromqlCase[],
  options: { rule_files?: readonly string[]; interval?: string; group_eval_order?: string[] } = {},
): void {
  const { rule_files = [], interval = cases[0]?.interval, group_eval_order } = options;
  const tests = cases.map(({ given, expected, ...rest }) => ({
    ...rest,
    input_series: Object.entries(given).map(([series, values]) => ({ series, values })),
    promql_expr_test: expected,
  }));
  const file = join(temporaryFolder(t), 'tests.yml');
  // JSON is YAML.
  const content = { rule_files, evaluation_interval: interval, group_eval_order, tests };
  writeFileSync(file, JSON.stringify(content));
  promtoolSucceeds('test', 'rules', file);
}

/** Asserts that Prometheus accepts every query. */
export function acceptsQueries(t: Test, queries: readonly string[]): void {
  const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
  const file = join(temporaryFolder(t), 'queries.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
  const output = promtoolSucceeds('check', 'rules', file);
  assert.match(output, new RegExp(`${rules.length} rules found`));
}
