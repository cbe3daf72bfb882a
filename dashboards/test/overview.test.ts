import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOARDS, PALETTE } from '@aio/catalog/boards';
import { evaluates, withPromtool } from '@aio/catalog/testing/programs';
import { BOARD_FILES, type GeneratedPanel, panelsOf } from './generated-boards.ts';

const { teal, amber, vermilion, grey } = PALETTE;
const overview = BOARD_FILES.find(({ board }) => board.uid === BOARDS.overview.uid)?.board;
const [firstRow = []] = splitRows(overview?.panels ?? []);
const tile = (title: string) =>
  firstRow.find((panel) => panel.title === title) ?? assert.fail(`no ${title} in the first row`);

/** The panels of each row. */
function splitRows(panels: readonly GeneratedPanel[]): GeneratedPanel[][] {
  const rows: GeneratedPanel[][] = [];
  for (const panel of panels) {
    if (panel.type === 'row') rows.push([]);
    else rows.at(-1)?.push(panel);
  }
  return rows;
}

/** The colour of a value in a tile. */
function colorOf({ fieldConfig }: GeneratedPanel, value: number): string | undefined {
  const steps = fieldConfig?.defaults.thresholds?.steps ?? [];
  return steps.findLast((step) => step.value === null || value >= step.value)?.color;
}

test('the overview begins with alerts, then processes, then objectives', () => {
  const asked = firstRow.map(({ targets = [] }) => targets.map(({ expr }) => expr).join());
  const order = [/ALERTS\{.*page/, /ALERTS\{.*ticket/, /\bup\{/, /slo:error_budget_left/];
  assert.deepEqual(
    order.map((pattern) => asked.findIndex((expr) => pattern.test(expr))),
    [0, 1, 2, 3],
  );
});

test('a tile has a colour if it has limits, and is grey without data', () => {
  const tiles = BOARD_FILES.flatMap(({ board }) => panelsOf(board)).filter(
    ({ type }) => type === 'stat',
  );
  for (const { title, options, fieldConfig } of tiles) {
    const { thresholds, mappings, noValue } = fieldConfig?.defaults ?? {};
    const hasLimits = (thresholds?.steps.length ?? 0) > 1;
    assert.equal(options?.colorMode, hasLimits ? 'background_solid' : 'none', title);
    const absent = mappings?.find(({ type }) => type === 'special')?.options;
    assert.deepEqual(absent, { match: 'null+nan', result: { text: noValue, color: grey } }, title);
  }
});

const alert = (name: string, severity: string) =>
  `ALERTS{alertname="${name}", alertstate="firing", severity="${severity}"}`;
const WATCHDOG = { [alert('Watchdog', 'none')]: '1x10' };
const up = (job: string, instance: string) => `up{job="${job}", instance="${instance}"}`;

/** Values of the tiles of the first row for given samples; `null` = no data. */
const STORIES: readonly {
  what: string;
  given: Record<string, string>;
  shows: readonly [title: string, value: number | null, color: string, query?: number][];
}[] = [
  {
    what: 'all is well',
    given: { ...WATCHDOG, [up('api', 'a')]: '1x10', [up('worker', 'w')]: '1x10' },
    shows: [
      ['Pages firing', 0, teal],
      ['Tickets firing', 0, teal],
      ['API and workers up', 1, teal, 0],
      ['API and workers up', 1, teal, 1],
    ],
  },
  {
    what: 'a page and four tickets fire, and both workers are down',
    given: {
      ...WATCHDOG,
      [alert('NoWorkerUp', 'page')]: '1x10',
      ...Object.fromEntries(['A', 'B', 'C', 'D'].map((name) => [alert(name, 'ticket'), '1x10'])),
      [up('api', 'a')]: '1x10',
      [up('worker', 'w1')]: '0x10',
      [up('worker', 'w2')]: '0x10',
    },
    shows: [
      ['Pages firing', 1, vermilion],
      ['Tickets firing', 4, amber],
      ['API and workers up', 1, teal, 0],
      ['API and workers up', 0, vermilion, 1],
    ],
  },
  {
    what: 'one of two workers is down, and Prometheus has lost the API',
    given: { ...WATCHDOG, [up('worker', 'w1')]: '0x10', [up('worker', 'w2')]: '1x10' },
    shows: [
      ['API and workers up', 0, vermilion, 0],
      ['API and workers up', 0.5, amber, 1],
    ],
  },
  {
    what: 'pending alerts do not count, and without rules there is no value',
    given: { 'ALERTS{alertname="A", alertstate="pending", severity="page"}': '1x10' },
    shows: [
      ['Pages firing', null, grey],
      ['Tickets firing', null, grey],
    ],
  },
];

test('the first row is red when it should be', withPromtool, (t) => {
  const cases = STORIES.map(({ what, given, shows }) => ({
    name: what,
    interval: '1m',
    given,
    expected: shows.map(([title, value, , query = 0]) => ({
      expr: tile(title).targets?.[query]?.expr.replaceAll(/\$\w+/g, '.*'),
      eval_time: '5m',
      exp_samples: value === null ? [] : [{ labels: '{}', value }],
    })),
  }));
  evaluates(t, cases);
  for (const { what, shows } of STORIES)
    for (const [title, value, color] of shows)
      if (value !== null) assert.equal(colorOf(tile(title), value), color, `${what}: ${title}`);
});

test('a missed objective is red, and a nearly spent budget is amber', () => {
  const budget = tile('Error budget left, 30 days');
  assert.deepEqual(
    [-0.1, 0.1, 0.9].map((left) => colorOf(budget, left)),
    [vermilion, amber, teal],
  );
});
