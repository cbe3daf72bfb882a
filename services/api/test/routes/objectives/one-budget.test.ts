import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { panelId } from '@aio/catalog/boards';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { type Monitored, startMonitored, WITHOUT_PROMETHEUS } from '../../../testing/monitored.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

const REPORT = resolve(
  import.meta.dirname,
  '../../../../../proof/verify/telemetry/commands/report.ts',
);
const WORDS = {
  // 20 of 2,000 requests fail; the objective allows 2.
  apiAvailability: /^Error budget overspent by 900%, 30 days$/,
  // 10 of 1,000 runs are late; the objective allows 50.
  runDuration: /^80% of the error budget left, 30 days$/,
  // One of 10 runs fails. Rates are extrapolated, so a late scrape counts some more or fewer.
  runSuccess: /^Too few events to say \(\d+ of at least 100\)$/,
};
const KEYS = Object.keys(WORDS) as (keyof typeof WORDS)[];
/** The rules of budgets look at events once a minute. */
const RECORDED_MS = 130_000;

interface Item {
  key: string;
  title: string;
  budget: { left: number | null; events: number; minEvents: number; text: string } | null;
}

test('every place has the same error budgets', { skip: WITHOUT_PROMETHEUS }, async (t) => {
  const monitored = await startMonitored(t);
  const api = await startTestApi(t, { env: { PROMETHEUS_URL: monitored.prometheus.url } });
  await monitored.scraped();
  const listOf = async (path: string, list: string): Promise<Item[]> => {
    const { status, body } = await api.get(path);
    assert.equal(status, 200, JSON.stringify(body));
    return body[list];
  };
  const textsOf = (items: readonly Item[]) =>
    Object.fromEntries(KEYS.map((key) => [key, find(items, key).budget?.text]));
  // The home page reads this.
  const recorded = async () => {
    const items = await listOf('/api/v1/objectives/budgets', 'items');
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
  const words = textsOf(budgets);
  for (const key of KEYS) assert.match(words[key] ?? '', WORDS[key]);

  await t.test('the page of objectives', async () => {
    assert.deepEqual(textsOf(await listOf('/api/v1/objectives', 'objectives')), words);
  });

  await t.test('the board', async () => {
    const panel = panelId('aio-overview', 'Error budget left, 30 days');
    const wanted = KEYS.map((key) => find(budgets, key).budget!.left);
    const shown = async () => {
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
    // The time range ends at a whole step, so it lacks the latest samples.
    await waitUntil(async () => (await shown()).some((left) => left !== null), {
      what: 'the recorded budgets on the board',
      timeoutMs: 60_000,
    });
    assert.deepEqual(await shown(), wanted);
  });

  await t.test('the report of the month', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      REPORT,
      '--url',
      monitored.prometheus.url,
    ]);
    for (const key of KEYS) {
      const row = stdout
        .split('\n')
        .find((line) => line.startsWith(`| ${find(budgets, key).title}`));
      assert.ok(row?.includes(`| ${words[key]} `), `${key}: ${row}`);
    }
  });

  await t.test('the text of an alert', async () => {
    const found = await waitUntil(
      async () => {
        const items: { name: string; summary: string | null }[] = (await api.get('/api/v1/alerts'))
          .body.items;
        return items.find(
          ({ name, summary }) =>
            name === 'ApiAvailabilityBurn' && summary?.endsWith(words['apiAvailability']!),
        );
      },
      { what: 'an alert with the budget in its text', timeoutMs: 60_000 },
    );
    assert.match(found.summary!, /^API availability: 1% bad in 6h, the objective allows 0\.1%\. /);
  });
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
