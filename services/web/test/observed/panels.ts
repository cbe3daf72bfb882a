import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBoards } from '@aio/query/boards';
import { pluck } from '@aio/platform/testing/pluck';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Panel } from '../app/dashboards/board.ts';
import { describeValue } from '../app/dashboards/describe.ts';
import {
  type BoardJson,
  cellsOf,
  createTruth,
  type Scope,
  type TruePanel,
} from './browser/expected-panel.ts';
import { openBrowser } from './browser/open-browser.ts';
import { skipWithout } from './browser/programs.ts';
import { readPanelOf, type ShownPanel } from './browser/shown-panel.ts';
import { lacksExporter } from './browser/start-exporters.ts';
import { startLoadMetrics } from './browser/start-load-metrics.ts';
import { startObserved } from './browser/start-observed.ts';
import { startTraffic } from './browser/start-traffic.ts';

const skip = skipWithout('chromium', 'webServer', 'prometheus');

const SCRAPE_SECONDS = 1;
/** Short enough for a table, which has at most 100 rows. */
const SPAN_SECONDS = 60;
const LEAST_WITH_DATA = 0.6;
/** Some panels of exporters need faults or trends, and stay empty here. */
const LEAST_OF_EXPORTERS = 0.7;
const MOST_ROWS = 100;
/** Boards of exporters, with their Prometheus jobs. */
const EXPORTER_BOARDS = {
  'aio-postgres': 'postgres',
  'aio-redis': 'redis',
  'aio-host': 'host',
} as const;

test('every panel of every board shows the values of Prometheus', { skip }, async (t) => {
  const loadMetrics = await startLoadMetrics(t);
  const site = await startObserved(t, {
    env: { WORKER_KINDS: 'http:4,llm:4' },
    targets: [{ job: 'k6', ports: [loadMetrics] }],
    exporters: true,
  });
  const browser = await openBrowser(t, site);
  const { url } = site.prometheus;
  const traffic = await startTraffic(t, site);
  await browser.logIn('admin');
  const seenSeconds = 'min(count_over_time(up[10m]))';
  const isWhole = async () => (await ask(seenSeconds)) >= SPAN_SECONDS / SCRAPE_SECONDS;
  await waitUntil(isWhole, { what: 'the whole span', timeoutMs: 2 * SPAN_SECONDS * 1000 });
  const to = Math.floor(Date.now() / 1000);
  const isScraped = async () => (await ask('min(timestamp(up))')) > to + 1;
  await waitUntil(isScraped, { what: 'scrapes after the span' });
  const isEvaluated = async () => (await evaluatedUntil(url)) > to + 1;
  await waitUntil(isEvaluated, { what: 'the rules of the span', timeoutMs: 60_000 });
  await traffic.stop();

  const truth = createTruth(url, { scrapeSeconds: SCRAPE_SECONDS });
  const counts = new Map<string, { panels: number; withData: number; series: number }>();

  async function compareBoard(
    test: typeof t,
    board: BoardJson,
    scope: Scope,
    least = 0,
  ): Promise<string> {
    const page = await browser.open(test, addressOf(board, scope), { timezoneId: 'UTC' });
    const expected = await truth.panelsOf(board, scope);
    let [withData, series, values] = [0, 0, 0];
    for (const each of expected) {
      const { panel } = each;
      const where = `${board.uid}, ${panel.title}`;
      const compare = COMPARISONS[panel.type];
      assert.ok(compare, `${where}: no comparison for panels of type ${panel.type}`);
      const shown = await readPanelOf(page, panel);
      values += compare(each, shown, where);
      const count = counts.get(panel.type) ?? { panels: 0, withData: 0, series: 0 };
      counts.set(panel.type, count);
      const { length } = each.series;
      count.panels += 1;
      count.withData += length > 0 ? 1 : 0;
      count.series += length;
      withData += length > 0 ? 1 : 0;
      series += length;
    }
    assert.ok(withData >= least * expected.length, `only ${withData} panels have data`);
    return `${expected.length} panels, ${withData} with data: ${series} series, ${values} values are equal`;
  }

  const boards = readBoards().map(({ text }) => JSON.parse(text) as BoardJson);
  for (const board of boards)
    await t.test(board.uid, { skip: lacksBoard(board) }, async (test) => {
      const scope = { from: to - SPAN_SECONDS, to, variables: {} };
      const least = board.uid in EXPORTER_BOARDS ? LEAST_OF_EXPORTERS : 0;
      test.diagnostic(`${board.uid}: ${await compareBoard(test, board, scope, least)}`);
    });

  await t.test('types of panels', (test) => {
    for (const [type, { panels, withData, series }] of counts)
      test.diagnostic(`${type}: ${panels} panels, ${withData} with data, ${series} series`);
    const all = [...counts.values()];
    const sum = (key: 'panels' | 'withData') => all.reduce((total, one) => total + one[key], 0);
    const share = sum('withData') / sum('panels');
    test.diagnostic(`${sum('panels')} panels, ${Math.round(share * 100)} % with data`);
    assert.ok(share >= LEAST_WITH_DATA, `${share} of all panels have data`);
    assert.deepEqual(new Set(counts.keys()), new Set(Object.keys(COMPARISONS)));
  });

  await t.test('a longer time range and one job: other steps, other filters', async (test) => {
    const board = boards.find(({ uid }) => uid === 'aio-runtime')!;
    const scope = { from: to - 1800, to, variables: { job: ['worker'] } };
    test.diagnostic(await compareBoard(test, board, scope));
  });

  async function ask(promql: string): Promise<number> {
    const [found] = await site.prometheus.query(promql, Date.now() / 1000);
    return found?.samples[0]?.value ?? 0;
  }
});

/** Why a board stays empty on this machine; false = it has data. */
function lacksBoard({ uid }: BoardJson): string | false {
  const job = EXPORTER_BOARDS[uid as keyof typeof EXPORTER_BOARDS];
  return job !== undefined && lacksExporter(job);
}

type Compare = (truth: TruePanel, shown: ShownPanel, where: string) => number;

/** Compares a panel of each type with the true data. Each returns the number of compared values. */
const COMPARISONS: Readonly<Record<string, Compare>> = {
  timeseries: saysWhenEmpty((truth, shown, where) => {
    const { panel, series } = truth;
    const calcs = panel.options?.legend?.calcs ?? [];
    const legend = series.map(({ name, values }) => ({
      name,
      texts: calcs.map((calc) => describeValue(panel, calculate(calc, values)).text),
    }));
    assert.deepEqual(shown.legend, legend, `${where}: legend`);
    const hasLines = series.some((one) => isDrawn(panel, one.values));
    assert.equal(shown.hasInk, hasLines, `${where}: lines`);
    return series.length * calcs.length + compareTable(truth, shown, where);
  }),
  stat({ panel, series }, shown, where) {
    const figures = series.map(({ name, values }) => ({
      name: series.length > 1 ? name : '',
      text: describeValue(panel, calculate('lastNotNull', values)).text,
    }));
    const none = { name: '', text: describeValue(panel, null).text };
    assert.deepEqual(shown.figures, series.length === 0 ? [none] : figures, where);
    return figures.length;
  },
  bargauge: saysWhenEmpty((truth, shown, where) => {
    const { panel, series } = truth;
    const bars = series
      .map(({ name, values }) => ({ name, value: calculate('lastNotNull', values)! }))
      .toSorted((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))
      .map(({ name, value }) => ({ name, text: describeValue(panel, value).text }));
    assert.deepEqual(shown.figures, bars, where);
    // Prometheus does not guarantee the order of an instant query.
    const place = ({ name }: { name: string }) => shown.table?.columns.indexOf(name) ?? -1;
    const asShown = series.toSorted((a, b) => place(a) - place(b));
    return bars.length + compareTable({ ...truth, series: asShown }, shown, where);
  }),
  heatmap: saysWhenEmpty((truth, shown, where) => {
    const cells = cellsOf(truth);
    const inOps = { ...truth.panel, unit: 'ops' };
    const series = cells.map(({ le, values }) => ({
      name: `≤ ${le === Infinity ? '∞' : describeValue(truth.panel, le).text}`,
      labels: {},
      values,
    }));
    assert.equal(shown.hasInk, cells.length > 0, `${where}: cells`);
    return compareTable({ ...truth, panel: inOps, series }, shown, where);
  }),
  'state-timeline': saysWhenEmpty((truth, shown, where) => {
    const { panel, series } = truth;
    const lines = series.map(({ name, values }) => ({
      name,
      states: changesOf(values).map((value) => describeValue(panel, value).text),
    }));
    const words = shown.lines.map(({ name, states }) => ({
      name,
      states: states.map((state) => state.replace(/, \d[^–]* – \d.*$/, '')),
    }));
    assert.deepEqual(words, lines, where);
    return lines.length + compareTable(truth, shown, where);
  }),
};

function saysWhenEmpty(compare: Compare): Compare {
  return (truth, shown, where) => {
    assert.equal(shown.isEmpty, truth.series.length === 0, `${where}: shows whether it has data`);
    return shown.isEmpty ? 0 : compare(truth, shown, where);
  };
}

/** Every value of every series at every time, the newest first. */
function compareTable(
  { panel, at, series }: TruePanel,
  { table }: ShownPanel,
  where: string,
): number {
  assert.ok(table, `${where}: has a table`);
  assert.deepEqual(table.columns, pluck(series, 'name'), `${where}: columns`);
  const rows = at
    .map((time, index) => ({ time, values: series.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null))
    .toReversed()
    .slice(0, MOST_ROWS)
    .map(({ time, values }) => ({
      time: new Date(time * 1000).toLocaleString('en-GB', { timeZone: 'UTC' }),
      texts: values.map((value) => (value === null ? '–' : describeValue(panel, value).text)),
    }));
  assert.equal(table.rows.length, rows.length, `${where}: rows`);
  for (const [index, row] of rows.entries())
    assert.deepEqual(table.rows[index], row, `${where}: row ${index}`);
  return rows.length * series.length;
}

/** A calculation of a legend, with Grafana's name. */
function calculate(calc: string, values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (calc === 'lastNotNull') return known.at(-1) ?? null;
  if (calc === 'max') return Math.max(...known);
  assert.equal(calc, 'mean', 'boards use no other calculation');
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Whether a line has points on the panel's axis. A logarithmic axis has no place for values up to 0. */
function isDrawn({ defaults }: Panel, values: readonly (number | null)[]): boolean {
  const isLog = defaults.custom?.scaleDistribution?.type === 'log';
  return values.some((value) => value !== null && Number.isFinite(value) && (!isLog || value > 0));
}

/** The values of a series without repetitions. */
function changesOf(values: readonly (number | null)[]): number[] {
  return values.filter((value, index) => value !== null && value !== values[index - 1]) as number[];
}

function addressOf({ uid }: BoardJson, { from, to, variables }: Scope): string {
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const query = new URLSearchParams({ from: iso(from), to: iso(to), refresh: 'off' });
  for (const [name, values] of Object.entries(variables))
    for (const value of values) query.append(`var-${name}`, value);
  return `/dashboards/${uid}?${query}`;
}

/** Prometheus has evaluated all groups of rules up to this time, in seconds since 1970. */
async function evaluatedUntil(prometheus: string): Promise<number> {
  const answer = (await (await fetch(`${prometheus}/api/v1/rules`)).json()) as {
    data: { groups: { lastEvaluation: string; interval: number }[] };
  };
  const next = ({ lastEvaluation, interval }: { lastEvaluation: string; interval: number }) =>
    Date.parse(lastEvaluation) / 1000 + interval;
  return Math.min(...answer.data.groups.map(next));
}
