import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { readCommandLine } from '@aio/loadtest/load/command-line';
import { k6At } from '@aio/loadtest/load/find-k6';
import { listCrossed } from '@aio/loadtest/load/k6-summary';
import { perform } from '@aio/loadtest/load/perform';
import { targetOf } from '@aio/loadtest/load/target';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { PROGRAMS } from '../browser/programs.ts';
import type { Stand } from './stand.ts';

/** The load test `browser` logs in and starts a run. */
export async function testSyntheticCheck(t: TestContext, { site }: Stand): Promise<void> {
  const k6 = process.env.TEST_K6_PATH;
  if (k6 === undefined) return t.skip('needs a k6 (`npm run servers -- k6`)');
  const folder = makeTestFolder(t, 'browser-check');

  const check = (webUrl: string) =>
    perform({
      options: readCommandLine(['browser', '--rate', '60', '--duration', '2s']),
      k6: k6At(k6),
      target: { ...targetOf(site.system), webUrl },
      recorded: [],
      folder: join(folder, new URL(webUrl).port),
      env: { ...process.env, K6_BROWSER_EXECUTABLE_PATH: PROGRAMS.chromium },
      command: 'npm run load -- browser',
      shown: 'nothing',
      say: (line) => t.diagnostic(line),
      signal: t.signal,
    });
  const failed = ({ metrics }: Awaited<ReturnType<typeof check>>) => metrics['load_journey_failed'];

  await t.test('the check succeeds, and its runs end', async (t) => {
    const result = await check(site.url);
    assert.deepEqual(result.failures, []);
    // Ignores times and dropped iterations, which depend on the load of the machine.
    const missed = listCrossed(result.metrics);
    for (const line of missed) t.diagnostic(line);
    assert.deepEqual(
      missed.filter((line) => !/ p\(|^dropped_iterations/.test(line)),
      [],
    );
    assert.equal(failed(result)?.values['value'], 0);
    assert.ok((result.runs.byStatus['succeeded'] ?? 0) > 0, JSON.stringify(result.runs));
  });

  await t.test('without pages, the check fails and misses its objective', async () => {
    const result = await check('http://127.0.0.1:9');
    assert.equal(failed(result)?.values['value'], 1);
    assert.equal(failed(result)?.crossed.length, 1);
    assert.equal(result.kept, false);
    assert.match(result.failures[0]!.error, /ERR_UNSAFE_PORT|ERR_CONNECTION_REFUSED/);
  });
}
