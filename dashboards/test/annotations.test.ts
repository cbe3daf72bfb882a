import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluates, withPromtool } from '@aio/catalog/testing/programs';
import { BOARD_FILES } from './generated-boards.ts';

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
    given: { [build('old')]: '1x20 stale', [build('new')]: '_x20 1x20' },
    marked: { new: ['5m15s', '5m45s'] },
    unmarked: ['4m45s', '6m', '8m'],
  },
  {
    what: 'a rolling deployment is marked once, at its start',
    given: {
      [build('old')]: '1x20 stale',
      [build('new')]: '_x20 1x40',
      [build('old', 'b')]: '1x40 stale',
      [build('new', 'b')]: '_x40 1x20',
    },
    marked: { new: ['5m15s'] },
    unmarked: ['10m15s', '10m45s'],
  },
  {
    what: 'a rollback is a deployment, too',
    given: { [build('old')]: '1x20 stale _x19 1x20', [build('new')]: '_x20 1x20 stale' },
    marked: { new: ['5m15s'], old: ['10m15s'] },
    unmarked: ['9m45s', '12m'],
  },
  {
    what: 'a restart of the same commit is not a deployment',
    given: { [build('old')]: '1x20 stale 1x20' },
    marked: {},
    unmarked: ['5m', '5m15s', '5m30s', '5m45s', '6m'],
  },
];

test('a deployment is a change of the revision', withPromtool, (t) => {
  const expr = exprOf('Deployments');
  const at = (eval_time: string, revisions: readonly string[]) => ({
    expr,
    eval_time,
    exp_samples: revisions.map((revision) => ({
      labels: `{version="0.1.0", revision="${revision}"}`,
      value: 1,
    })),
  });
  const cases = CASES.map(({ what, given, marked, unmarked }) => ({
    name: what,
    interval: '15s',
    given,
    expected: [
      ...Object.entries(marked).flatMap(([revision, times]) =>
        times.map((time) => at(time, [revision])),
      ),
      ...unmarked.map((time) => at(time, [])),
    ],
  }));
  evaluates(t, cases);
});

const lastChange = (change: string, instance = 'a') =>
  `aio_last_change_timestamp_seconds{job="api", instance="${instance}", change="${change}"}`;

test('a change is marked for a minute, once for all replicas', withPromtool, (t) => {
  const expr = exprOf('Changes');
  const at = (eval_time: string, changes: readonly string[]) => ({
    expr: `count by (change) (${expr})`,
    eval_time,
    exp_samples: changes.map((change) => ({ labels: `{change="${change}"}`, value: 1 })),
  });
  const changed = (from: number, to: number) => `${from}x20 ${to}x20`;
  evaluates(t, [
    {
      name: 'the first version, and a repeated pause of a lane, reported by two replicas',
      interval: '15s',
      given: {
        [lastChange('workflow_version')]: changed(0, 1_800_000_000),
        [lastChange('lane_paused')]: changed(1_700_000_000, 1_800_000_000),
        [lastChange('lane_paused', 'b')]: changed(1_700_000_000, 1_800_000_000),
        [lastChange('secret_set')]: '1700000000x40',
      },
      expected: [
        at('5m', []),
        at('5m15s', ['lane_paused', 'workflow_version']),
        at('5m45s', ['lane_paused', 'workflow_version']),
        at('6m30s', []),
      ],
    },
    {
      name: 'a new or restarted replica is not a change',
      interval: '15s',
      given: {
        [lastChange('secret_set')]: '1700000000x20 stale 1700000000x20',
        [lastChange('secret_set', 'b')]: '_x20 1700000000x20',
      },
      expected: ['5m15s', '5m30s', '6m'].map((time) => at(time, [])),
    },
  ]);
});
