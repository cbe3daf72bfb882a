import { runbookUrl } from '@aio/catalog/alert';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { ALERT_DRILLS } from '../drills/alerts/all.ts';
import { asDrill } from '../drills/alerts/kit/as-drill.ts';
import { SHORTER } from '../drills/alerts/kit/scale.ts';
import { draw } from '../drills/on-call/exercise.ts';
import { testDrill } from '../testing/test-drill.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** One alert on Prometheus's own data, and one on a share of events that the worker counts. */
const SHORT = ['one-worker-less', 'llm-errors'];
const skip =
  process.env.TEST_PROMETHEUS_PATH && process.env.TEST_AMTOOL_PATH
    ? false
    : 'no Prometheus or no Alertmanager on this machine';

// The drills mostly wait.
describe('alerts', { concurrency: SHORT.length + 1, skip }, () => {
  for (const drill of ALERT_DRILLS.filter(({ name }) => SHORT.includes(name)))
    test(`${drill.name}: ${drill.what}`, (t) =>
      testDrill(t, asDrill(drill, { shorter: SHORTER.usual })));

  test('an exercise sends alerts, and names the fault only at its end', async (t) => {
    const { seed, drill } = drawing('one-worker-less');
    const script = join(ROOT, 'loadtest/drills/on-call.ts');
    const exercise = spawn(process.execPath, [script, '--seed', String(seed)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => exercise.kill());
    const exited = once(exercise, 'exit');
    const before: string[] = [];
    const after: string[] = [];
    let lines = before;
    for await (const line of createInterface({ input: exercise.stdout })) {
      lines.push(line);
      t.diagnostic(line);
      // The last line of the message.
      if (lines === before && /^ +board /.test(line)) {
        exercise.kill('SIGTERM');
        lines = after;
      }
    }
    assert.deepEqual(await exited, [0, null]);
    const runbook = runbookUrl({ name: 'TargetDown' });
    assert.ok(existsSync(join(ROOT, runbook)), runbook);
    for (const text of [' [FIRING] ticket: TargetDown', runbook, ' -- aio-runtime --url http://'])
      assert.ok(before.join('\n').includes(text), text);
    for (const secret of [drill.name, drill.what])
      assert.ok(!before.join('\n').includes(secret), `named before the end: ${secret}`);
    const reveal = after.indexOf(`It was ${drill.name}: ${drill.what}.`);
    assert.ok(reveal > 0, 'names the fault');
    const resolved = after.findIndex((line) => line.includes(' [RESOLVED] ticket: TargetDown'));
    assert.ok(resolved >= 0 && resolved < reveal, 'all alerts have resolved by then');
  });
});

/** The first seed that draws this drill. */
function drawing(name: string) {
  for (let seed = 0; ; seed++) {
    const drill = draw(ALERT_DRILLS, seed);
    if (drill.name === name) return { seed, drill };
  }
}
