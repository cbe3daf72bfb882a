import type { Drill } from '../../lib/drill/drill.ts';
import { planFaults } from '../../lib/drill/fault-plan.ts';
import { injectFaults } from '../../lib/drill/inject-faults.ts';
import { startLoad } from '../../lib/drill/mixed-load.ts';
import { SETTLE_WITHIN_MS, SHORT_LEASE, STUCK_LIMIT_MS } from '../../lib/drill/settings.ts';

const OPEN_RUNS = 25;
const KILLS = { full: 120, short: 20 };
const QUICK_ANSWERS = { outputTokens: 8, firstTokenMs: 10 };

/** @param options.kills default 120, in the short version 20 */
export function createKillWorkers({
  kills,
  workers = 3,
}: { kills?: number; workers?: number } = {}): Drill {
  return {
    name: 'kill-workers',
    what: 'kill -9 workers at random moments under workflows with all kinds of steps; in between FLUSHALL, restarts of PostgreSQL and frozen workers',
    limits: 'LOST 0, DUP 0, runs end as predicted, no call without an attempt, STUCK <= 20 s',
    async run({ full, seed, checks, startBed, progress }) {
      const bed = await startBed({
        workers,
        env: { ...SHORT_LEASE, SIMULATOR_DIALS: JSON.stringify(QUICK_ANSWERS) },
      });
      const { api, simulator } = bed.system;
      const load = await startLoad(
        { api, simulatorUrl: simulator.url },
        { seed, openRuns: OPEN_RUNS },
      );
      const leaseMs = Number(SHORT_LEASE.WORKER_LEASE_MS);
      const planned = kills ?? KILLS[full ? 'full' : 'short'];
      const plan = planFaults({ seed, kills: planned, workers, leaseMs });
      progress(`${plan.length} faults among ${workers} workers, leases shortened to ${leaseMs} ms`);
      const faults = await injectFaults(plan, bed);
      await load.endSubmissions();
      progress(
        `faults over after ${load.accepted.length} runs, ${load.refusals()} requests repeated`,
      );
      await bed.settle(SETTLE_WITHIN_MS);
      await load.stop();
      const { accepted, serverErrors } = load;
      const verdict = await bed.judge({ accepted, serverErrors, kills: faults.kills });
      checks.rows(verdict, { stuckMs: STUCK_LIMIT_MS });
      checks.killed(faults.kills.length);
      const { runs, steps, attemptsLost } = verdict;
      checks.atLeast('kills', faults.kills.length, planned);
      checks.note(
        `${faults.pauses} pauses longer than a lease, ${faults.flushes} FLUSHALL, ${faults.databaseRestarts} restarts of PostgreSQL`,
      );
      checks.note(`${runs} runs, ${steps} steps, ${attemptsLost} attempts lost and repeated`);
      checks.that(attemptsLost > 0, 'no kill hit a running step');
    },
  };
}
