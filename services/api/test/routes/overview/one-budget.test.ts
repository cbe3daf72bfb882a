import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { panelId } from '@aio/catalog/boards';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { type Monitored, startMonitored, WITHOUT_PROMETHEUS } from '../../../testing/monitored.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

/** Rates are extrapolated, so a late scrape counts some more or fewer. */
const WORDS = {
  // 20 of 2,000 requests fail; the objective allows 2: 900 %.
  apiAvailability: /^Error budget overspent by \d{3,}%, 30 days$/,
  // 10 of 1,000 runs are late; the objective allows 50: 80 %.
  runDuration: /^[78]\d(\.\d)?% of the error budget left, 30 days$/,
  // One of 10 runs fails.
  runSuccess: /^Too few events to say \(\d+ of at least 100\)$/,
};
const KEYS = Object.keys(WORDS) as (keyof typeof WORDS)[];
/** The rules of budgets look at events once a minute. */
const RECORDED_MS = 130_000;
/** The board may show the minute before. */
const AGREES_WITHIN_MS = 2 * RECORDED_MS;

interface Item {
  key: string;
  title: string;
  budget: { left: number | null; events: number; minEvents: number; text: string } | null;
}

test('page and board have the same error budgets', { skip: WITHOUT_PROMETHEUS }, async (t) => {
  const monitored = await startMonitored(t);
  const api = await startTestApi(t, { env: { PROMETHEUS_URL: monitored.prometheus.url } });
  await monitored.scraped();
  const readBudgets = async (): Promise<Item[]> => {
    const { status, body } = await api.get('/api/v1/error-budgets');
    assert.equal(status, 200, JSON.stringify(body));
    return body.items;
  };
  const recorded = async () => {
    const items = await readBudgets();
    return KEYS.every((key) => (find(items, key).budget?.events ?? 0) > 0) && items;
  };
  let recordedAt = -Infinity;
  const budgets = await waitUntil(
    async () => {
      // What happens between the last scrape of one minute and the first of the next is in neither rate.
      if (performance.now() - recordedAt > RECORDED_MS) {
        recordEvents(monitored);
        recordedAt = performance.now();
      }
      return recorded();
    },
    { what: 'the recorded budgets', timeoutMs: 4 * RECORDED_MS },
  );
  for (const key of KEYS) assert.match(find(budgets, key).budget?.text ?? '', WORDS[key]);

  const panel = panelId('aio-overview', 'Error budget left, 30 days');
  const readBoard = async () => {
    const to = new Date();
    const from = new Date(to.getTime() - 300_000).toISOString();
    const asked = { panel, from, to: to.toISOString() };
    const { body } = await api.post('/api/v1/dashboards/aio-overview/query', asked);
    const series: { legend: string; values: (number | null)[] }[] = body.targets.flatMap(
      (target: { series: unknown }) => target.series,
    );
    return KEYS.map((key) => {
      const own = series.find(({ legend }) => legend === find(budgets, key).title);
      return own?.values.findLast((value) => value !== null) ?? null;
    });
  };
  let both: [unknown, unknown] = [null, null];
  const areEqual = async () => {
    const items = await readBudgets();
    both = [await readBoard(), KEYS.map((key) => find(items, key).budget!.left)];
    return isDeepStrictEqual(...both);
  };
  await waitUntil(areEqual, { what: 'equal budgets', timeoutMs: AGREES_WITHIN_MS }).catch(() =>
    assert.deepEqual(...both),
  );
});

function recordEvents({ api, worker }: Monitored): void {
  for (let nth = 0; nth < 2000; nth += 1)
    api.httpResponses.observe({ status: nth < 20 ? '5xx' : '2xx' }, 0.01);
  for (let nth = 0; nth < 1000; nth += 1) worker.runTime.observe({}, nth < 10 ? 500 : 1);
  worker.runsEnded.inc({ outcome: 'failed' }, 1);
  worker.runsEnded.inc({ outcome: 'succeeded' }, 9);
}

function find(items: readonly Item[], wanted: string): Item {
  return items.find(({ key }) => key === wanted) ?? assert.fail(`no ${wanted}`);
}
