import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { drillKillingWorkers } from '../lib/kill-drill/drill.ts';
import { planFaults } from '../lib/kill-drill/fault-plan.ts';
import { describeVerdict } from '../lib/kill-drill/report.ts';
import { isPassed } from '../lib/kill-drill/verdict.ts';
import { programFolder } from '../lib/own-servers.ts';
import { makeScratchFolder } from '../lib/scratch-folder.ts';

const PLAN = { seed: 20_261, kills: 50, workers: 3, leaseMs: 2000 };

test('the same seed plans the same faults, with everything among them', () => {
  const plan = planFaults(PLAN);
  assert.deepEqual(planFaults(PLAN), plan);
  assert.notDeepEqual(planFaults({ ...PLAN, seed: 2 }), plan);
  const count = (fault: string) => plan.filter((planned) => planned.fault === fault).length;
  assert.equal(count('kill'), 50);
  assert.equal(count('pause'), 3);
  assert.equal(count('flush'), 2);
  assert.equal(count('restart-postgres'), 2);
});

test('50 workers killed under load lose nothing and double nothing', async (t) => {
  const dataDir = makeScratchFolder('drill');
  const say = (line: string) => t.diagnostic(line);
  const { verdict, faults } = await drillKillingWorkers({
    ...PLAN,
    openRuns: 25,
    settleWithinMs: 60_000,
    dataDir,
    programDir: programFolder(process.env.AIO_DATA_DIR),
    searchPath: process.env.PATH ?? '',
    say,
    interrupted: new Promise<never>(() => {}),
  });
  const report = describeVerdict(verdict, faults);
  for (const line of report) say(line);
  assert.equal(faults.kills.length, PLAN.kills);
  assert.ok(verdict.attemptsLost > 0, 'kills hit running steps');
  assert.ok(isPassed(verdict), report.join('\n'));
  rmSync(dataDir, { recursive: true, force: true });
});
