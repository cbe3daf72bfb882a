import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readCommandLine } from '@aio/loadtest/lib/load-test/command-line';
import { k6At } from '@aio/loadtest/lib/load-test/find-k6';
import { perform } from '@aio/loadtest/lib/load-test/perform';
import { targetOf } from '@aio/loadtest/lib/load-test/target';
import { makeTestFolder } from '@aio/stack/testing/folder';
import { PROGRAMS, skipWithout } from './browser/programs.ts';
import { startSite } from './browser/start-site.ts';

const k6 = process.env.TEST_K6_PATH;
const skip = k6 ? skipWithout('chromium', 'webServer') : 'needs a k6 (`npm run servers -- k6`)';

test('the synthetic check logs in and starts a run in a browser', { skip }, async (t) => {
  const site = await startSite(t);
  const folder = makeTestFolder(t, 'browser-check');

  const check = (webUrl: string) =>
    perform({
      options: readCommandLine(['browser', '--rate', '60', '--duration', '2s']),
      k6: k6At(k6!),
      target: { ...targetOf(site.system), webUrl },
      recorded: [],
      folder: join(folder, new URL(webUrl).port),
      env: { ...process.env, K6_BROWSER_EXECUTABLE_PATH: PROGRAMS.chromium },
      command: 'npm run load -- browser',
      shown: false,
      say: (line) => t.diagnostic(line),
      signal: t.signal,
    });
  const failed = ({ objectives }: Awaited<ReturnType<typeof check>>) =>
    objectives.find(({ metric }) => metric === 'load_journey_failed');

  await t.test('the check succeeds, and its runs end', async (t) => {
    const result = await check(site.url);
    for (const { title, expression, measured } of result.objectives)
      t.diagnostic(`${title}: ${measured} (${expression})`);
    assert.deepEqual(result.failures, []);
    // Ignores times and dropped iterations, which depend on the load of the machine.
    const missed = result.objectives.filter(
      ({ kept, expression, metric }) =>
        !kept && !expression.startsWith('p(') && metric !== 'dropped_iterations',
    );
    assert.deepEqual(missed, []);
    assert.equal(failed(result)?.measured, 0);
    assert.ok((result.runs.byStatus['succeeded'] ?? 0) > 0, JSON.stringify(result.runs));
  });

  await t.test('without pages, the check fails and misses its objective', async () => {
    const result = await check('http://127.0.0.1:9');
    assert.deepEqual([failed(result)?.measured, failed(result)?.kept], [1, false]);
    assert.equal(result.kept, false);
    assert.match(result.failures[0]!.error, /ERR_UNSAFE_PORT|ERR_CONNECTION_REFUSED/);
  });
});
