import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BOARD_FILES } from './generated-boards.ts';

const promtool = process.env.TEST_PROMTOOL_PATH;
const withPromtool = { skip: promtool ? false : 'no promtool on this machine' };
const exprOf = (name: string) =>
  BOARD_FILES[0]?.board.annotations.list
    .find((annotation) => annotation.name === name)
    ?.expr.replaceAll(/\$\w+/g, '.*') ?? assert.fail(`no annotation ${name}`);
const build = (revision: string, instance = 'a') =>
  `aio_build_info{job="api", instance="${instance}", version="0.1.0", revision="${revision}"}`;

/** Samples every 15 s. The series of a process that ended is stale at once. */
const CASES = [
  {
    what: 'another commit of the same version is a deployment, for a minute',
    series: [
      { series: build('old'), values: '1x20 stale' },
      { series: build('new'), values: '_x20 1x20' },
    ],
    marked: { new: ['5m15s', '5m45s'] },
    unmarked: ['4m45s', '6m', '8m'],
  },
  {
    what: 'a rolling deployment is marked once, at its start',
    series: [
      { series: build('old'), values: '1x20 stale' },
      { series: build('new'), values: '_x20 1x40' },
      { series: build('old', 'b'), values: '1x40 stale' },
      { series: build('new', 'b'), values: '_x40 1x20' },
    ],
    marked: { new: ['5m15s'] },
    unmarked: ['10m15s', '10m45s'],
  },
  {
    what: 'a rollback is a deployment, too',
    series: [
      { series: build('old'), values: '1x20 stale _x19 1x20' },
      { series: build('new'), values: '_x20 1x20 stale' },
    ],
    marked: { new: ['5m15s'], old: ['10m15s'] },
    unmarked: ['9m45s', '12m'],
  },
  {
    what: 'a restart of the same commit is not a deployment',
    series: [{ series: build('old'), values: '1x20 stale 1x20' }],
    marked: {},
    unmarked: ['5m', '5m15s', '5m30s', '5m45s', '6m'],
  },
];

test('a deployment is a change of the revision', withPromtool, (t) => {
  const expr = exprOf('Deployments');
  const tests = CASES.map(({ what, series, marked, unmarked }) => ({
    name: what,
    interval: '15s',
    input_series: series,
    promql_expr_test: [
      ...Object.entries(marked).flatMap(([revision, times]) =>
        times.map((eval_time) => ({
          expr,
          eval_time,
          exp_samples: [{ labels: `{version="0.1.0", revision="${revision}"}`, value: 1 }],
        })),
      ),
      ...unmarked.map((eval_time) => ({ expr, eval_time, exp_samples: [] })),
    ],
  }));
  passes(t, tests);
});

const lastChange = (change: string, instance = 'a') =>
  `aio_last_change_timestamp_seconds{job="api", instance="${instance}", change="${change}"}`;

test(
  'a change of the audit log is marked for a minute, once for all replicas',
  withPromtool,
  (t) => {
    const expr = exprOf('Changes');
    const at = (eval_time: string, changes: readonly string[]) => ({
      expr: `count by (change) (${expr})`,
      eval_time,
      exp_samples: changes.map((change) => ({ labels: `{change="${change}"}`, value: 1 })),
    });
    const changed = (from: number, to: number) => `${from}x20 ${to}x20`;
    passes(t, [
      {
        name: 'the first version, and a repeated pause of a lane, reported by two replicas',
        interval: '15s',
        input_series: [
          { series: lastChange('workflow_version'), values: changed(0, 1_800_000_000) },
          { series: lastChange('lane_paused'), values: changed(1_700_000_000, 1_800_000_000) },
          { series: lastChange('lane_paused', 'b'), values: changed(1_700_000_000, 1_800_000_000) },
          { series: lastChange('secret_set'), values: '1700000000x40' },
        ],
        promql_expr_test: [
          at('5m', []),
          at('5m15s', ['lane_paused', 'workflow_version']),
          at('5m45s', ['lane_paused', 'workflow_version']),
          at('6m30s', []),
        ],
      },
      {
        name: 'a new or restarted replica is not a change',
        interval: '15s',
        input_series: [
          { series: lastChange('secret_set'), values: '1700000000x20 stale 1700000000x20' },
          { series: lastChange('secret_set', 'b'), values: '_x20 1700000000x20' },
        ],
        promql_expr_test: ['5m15s', '5m30s', '6m'].map((time) => at(time, [])),
      },
    ]);
  },
);

/** Asserts that Prometheus evaluates the query as the test expects. */
function passes(t: TestContext, tests: readonly object[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'aio-annotations-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'annotations.yml');
  writeFileSync(file, JSON.stringify({ rule_files: [], evaluation_interval: '15s', tests }));
  const { status, stdout, stderr } = spawnSync(promtool as string, ['test', 'rules', file], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
}
