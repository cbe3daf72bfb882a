import { createChecks } from '../../lib/fault-drill/checks.ts';
import type { Fault } from '../../lib/fault-drill/fault.ts';
import { SETTLE_WITHIN_MS } from '../../lib/fault-drill/settings.ts';
import { drillKillingWorkers } from '../../lib/kill-drill/drill.ts';
import { STUCK_LIMIT_MS } from '../../lib/kill-drill/verdict.ts';

/** The drill of the same name, with its defaults. */
export const killWorkers: Fault = {
  name: 'kill-workers',
  what: 'kill -9 of workers at random moments under workflows of all kinds of step, with FLUSHALL, restarts of PostgreSQL and frozen workers in between',
  limit: 'LOST 0, DUP 0, ends as foretold, no call without an attempt, STUCK <= 20 s',
  async run({ full, seed, makeFolder, programDir, searchPath, interrupted, progress }) {
    const kills = full ? 120 : 20;
    const { verdict, faults } = await drillKillingWorkers({
      seed,
      kills,
      workers: 3,
      openRuns: 25,
      leaseMs: 2000,
      settleWithinMs: SETTLE_WITHIN_MS,
      dataDir: makeFolder('drill'),
      programDir,
      searchPath,
      say: progress,
      interrupted,
    });
    const checks = createChecks();
    checks.rows(verdict, { stuckMs: STUCK_LIMIT_MS });
    checks.note(`${verdict.runs} runs, ${verdict.attemptsLost} attempts lost and repeated`);
    checks.that(verdict.attemptsLost > 0, 'no kill hit a running step');
    return checks.result(faults.kills.length);
  },
};
