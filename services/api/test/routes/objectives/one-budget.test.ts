import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual, promisify } from 'node:util';
import { panelId } from '@aio/catalog/boards';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { type Monitored, startMonitored, WITHOUT_PROMETHEUS } from '../../../testing/monitored.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

const REPORT = resolve(
  import.meta.dirname,
  '../../../../../proof/verify/telemetry/commands/report.ts',
);
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
/** A place may show the minute before. */
const AGREES_WITHIN_MS = 2 * RECORDED_MS;

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

  /** Waits until a place shows what the home page reads at the same time. */
  const agrees = async (
    read: () => Promise<unknown>,
    wanted: (items: readonly Item[]) => unknown = textsOf,
  ) => {
    let both: [unknown, unknown] = [null, null];
    const areEqual = async () => {
      both = [await read(), wanted(await listOf('/api/v1/objectives/budgets', 'items'))];
      return isDeepStrictEqual(...both);
    };
    await waitUntil(areEqual, { what: 'equal budgets', timeoutMs: AGREES_WITHIN_MS }).catch(() =>
      assert.deepEqual(...both),
    );
  };

  await t.test('the page of objectives', () =>
    agrees(async () => textsOf(await listOf('/api/v1/objectives', 'objectives'))),
  );

  await t.test('the board', async () => {
    const panel = panelId('aio-overview', 'Error budget left, 30 days');
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
    await agrees(shown, (items) => KEYS.map((key) => find(items, key).budget!.left));
  });

  await t.test('the report of the month', () =>
    agrees(async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        REPORT,
        '--url',
        monitored.prometheus.url,
      ]);
      const lines = stdout.split('\n');
      return Object.fromEntries(
        KEYS.map((key) => {
          const row = lines.find((line) => line.startsWith(`| ${find(budgets, key).title}`));
          const cells = row?.split('|').map((cell) => cell.trim()) ?? [];
          return [key, cells.find((cell) => WORDS[key].test(cell))];
        }),
      );
    }),
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
