import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { readBoards } from '@aio/query/boards';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Panel } from '../../app/dashboards/board.ts';
import { describeValue } from '../../app/dashboards/describe.ts';
import {
  type BoardJson,
  createTruth,
  type Scope,
  type TruePanel,
} from '../browser/expected-panel.ts';
import { checkPage } from '../browser/check-pages.ts';
import { readPanelOf, type ShownPanel } from '../browser/shown-panel.ts';
import type { Observed } from './stand.ts';

const SCRAPE_SECONDS = 1;
const STEP_RATE = `sum(rate(aio_workflow_step_seconds_count[${4 * SCRAPE_SECONDS}s]))`;
const SPAN_SECONDS = 60;
/** Together, they have panels of all types. */
const BOARDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'aio-runs': {},
  'aio-cost': {},
  'aio-runtime': { job: ['worker'] },
};

/** Every panel of three boards shows the values of Prometheus. A unit test proves that the UI draws all other boards. */
export async function testPanels(t: TestContext, { site, browser }: Observed): Promise<void> {
  const { url } = site.prometheus;
  const to = await busySecond();
  const isScraped = async () => (await ask('min(timestamp(up))')) > to + 1;
  await waitUntil(isScraped, { what: 'scrapes after the span', timeoutMs: 60_000 });
  const isEvaluated = async () => (await evaluatedUntil(url)) > to + 1;
  await waitUntil(isEvaluated, { what: 'the rules of the span', timeoutMs: 60_000 });
  const truth = createTruth(url, { scrapeSeconds: SCRAPE_SECONDS });
  const boards = readBoards().map(({ text }) => JSON.parse(text) as BoardJson);
  const withData = new Set<string>();

  for (const [uid, variables] of Object.entries(BOARDS))
    await t.test(uid, async (t) => {
      const board = boards.find((one) => one.uid === uid)!;
      const scope = { from: to - SPAN_SECONDS, to, variables };
      const page = await browser.open(t, addressOf(board, scope), { timezoneId: 'UTC' });
      let values = 0;
      for (const each of await truth.panelsOf(board, scope)) {
        const { panel, series } = each;
        const shown = await readPanelOf(page, panel);
        values += COMPARISONS[panel.type]!(each, shown, `${uid}, ${panel.title}`);
        if (series.length > 0) withData.add(panel.type);
      }
      t.diagnostic(`${values} values are equal`);
      await checkPage(page);
    });

  await t.test('a panel of each type has data', () => {
    assert.deepEqual(withData, new Set(Object.keys(COMPARISONS)));
  });

  async function ask(promql: string, at = Date.now() / 1000): Promise<number> {
    const [found] = await site.prometheus.query(promql, at);
    return found?.samples[0]?.value ?? 0;
  }

  /** A second in the past at which steps have a rate: rankings leave out zeros. */
  async function busySecond(): Promise<number> {
    const { api, simulator } = site.system;
    const call = { type: 'http' as const, with: { url: `${simulator.url}/work?ms=20` } };
    await api.createWorkflow({ name: 'web-ranked', steps: { call } });
    let second = 0;
    const isBusy = async () => {
      await api.waitForRun((await api.submitRun('web-ranked')).id);
      second = Math.floor(Date.now() / 1000) - 1;
      return (await ask(STEP_RATE, second)) > 0;
    };
    await waitUntil(isBusy, { what: 'a rate of steps', timeoutMs: 60_000 });
    return second;
  }
}

type Compare = (truth: TruePanel, shown: ShownPanel, where: string) => number;

/** Compares a panel of each type with the true data. Each returns the number of compared values. */
const COMPARISONS: Readonly<Record<string, Compare>> = {
  timeseries: saysWhenEmpty(({ panel, series }, shown, where) => {
    const calcs = panel.options?.legend?.calcs ?? [];
    const end = Math.max(-1, ...series.map(({ values }) => values.findLastIndex(isValue)));
    const legend = series
      .filter(({ values }) => isValue(values[end] ?? null))
      .toSorted((a, b) => b.values[end]! - a.values[end]!)
      .map(({ name, values }) => ({
        name,
        texts: calcs.map((calc) => {
          const shown = values.slice(0, end + 1);
          return describeValue(panel, calculate(calc, shown)).text;
        }),
      }));
    assert.deepEqual(shown.legend, legend, `${where}: legend`);
    const hasLines = series.some((one) => isDrawn(panel, one.values));
    assert.equal(shown.hasInk, hasLines, `${where}: lines`);
    return series.length * calcs.length;
  }),
  stat({ panel, series }, shown, where) {
    const figures = series.map(({ name, values }) => ({
      name: series.length > 1 ? name : '',
      text: describeValue(panel, calculate('last', values)).text,
    }));
    const none = { name: '', text: describeValue(panel, null).text };
    assert.deepEqual(shown.figures, series.length === 0 ? [none] : figures, where);
    return figures.length;
  },
  bargauge: saysWhenEmpty(({ panel, series }, shown, where) => {
    const bars = series
      .map(({ name, values }) => ({ name, value: calculate('last', values)! }))
      .toSorted((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))
      .map(({ name, value }) => ({ name, text: describeValue(panel, value).text }));
    assert.deepEqual(shown.figures, bars, where);
    return bars.length;
  }),
};

function saysWhenEmpty(compare: Compare): Compare {
  return (truth, shown, where) => {
    assert.equal(shown.isEmpty, truth.series.length === 0, `${where}: shows whether it has data`);
    return shown.isEmpty ? 0 : compare(truth, shown, where);
  };
}

/** A calculation of a legend, with Grafana's name. */
function calculate(calc: string, values: readonly (number | null)[]): number | null {
  if (calc === 'last') return values.at(-1) ?? null;
  assert.equal(calc, 'max', 'boards use no other calculation');
  return Math.max(...values.filter(isValue));
}

function isValue(value: number | null): value is number {
  return value !== null;
}

/** Whether a line has points on the panel's axis. A logarithmic axis has no place for values up to 0. */
function isDrawn({ defaults }: Panel, values: readonly (number | null)[]): boolean {
  const isLog = defaults.custom?.scaleDistribution?.type === 'log';
  return values.some((value) => value !== null && Number.isFinite(value) && (!isLog || value > 0));
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
