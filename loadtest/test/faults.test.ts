import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FAULTS } from '../drills/faults/all.ts';
import { describeOutcome, isPassed } from '../lib/fault-drill/report.ts';
import { runFault } from '../lib/fault-drill/run-faults.ts';
import { programFolder } from '../lib/own-servers.ts';

const OPTIONS = {
  seed: 20_263,
  full: false,
  programDir: programFolder(process.env.AIO_DATA_DIR),
  searchPath: process.env.PATH ?? '',
  interrupted: new Promise<never>(() => {}),
};
/** They mostly wait: for leases, timeouts and servers. */
const AT_ONCE = 4;
/** It has a test of its own, kill-workers.test.ts. */
const FAULTS_HERE = FAULTS.filter(({ name }) => name !== 'kill-workers');

for (const [alone, faults] of Map.groupBy(FAULTS_HERE, (fault) => fault.alone === true))
  describe(alone ? 'faults, one at a time' : 'faults', { concurrency: alone ? 1 : AT_ONCE }, () => {
    for (const fault of faults)
      test(`${fault.name}: ${fault.what}`, async (t) => {
        const outcome = await runFault(fault, OPTIONS);
        const lines = describeOutcome(outcome);
        for (const line of lines) t.diagnostic(line);
        if (outcome.kind === 'skipped') t.skip(outcome.reason);
        else assert.ok(isPassed(outcome), lines.join('\n'));
      });
  });
