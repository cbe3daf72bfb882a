import { type Drill, SHORT_LEASE, STUCK_LIMIT_MS } from '../drills/kit/drill.ts';
import { injectFaults, type PlannedFault } from '../bed/inject-faults.ts';
import { startLoad } from '../bed/mixed-load.ts';
import { createRandom } from '@aio/loadtest/workflows/random';

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
      const load = await startLoad(bed, { seed, openRuns: OPEN_RUNS });
      const leaseMs = Number(SHORT_LEASE.WORKER_LEASE_MS);
      const planned = kills ?? KILLS[full ? 'full' : 'short'];
      const plan = planFaults({ seed, kills: planned, workers, leaseMs });
      progress(`${plan.length} faults among ${workers} workers, leases shortened to ${leaseMs} ms`);
      await injectFaults(bed, plan);
      await load.endSubmissions();
      progress(
        `faults over after ${bed.accepted.length} runs, ${load.refusals()} requests repeated`,
      );
      await bed.settle();
      await load.stop();
      const verdict = await bed.judge();
      checks.rows(verdict, { stuckMs: STUCK_LIMIT_MS });
      checks.atLeast('kills', bed.kills.length, planned);
      const count = (fault: PlannedFault['fault']) =>
        plan.filter((one) => one.fault === fault).length;
      checks.note(
        `${count('pause')} pauses longer than a lease, ${count('flush')} FLUSHALL, ${count('restart-postgres')} restarts of PostgreSQL`,
      );
      const { runs, steps, attemptsLost } = verdict;
      checks.note(`${runs} runs, ${steps} steps, ${attemptsLost} attempts lost and repeated`);
      checks.that(attemptsLost > 0, 'no kill hit a running step');
    },
  };
}

/** Longer than a lease: a worker that resumes after it has lost its runs and does not know. */
const PAUSE_LEASES = 2.5;

/** Kills at random moments, with the other faults between them. The seed determines the plan. */
export function planFaults(options: {
  seed: number;
  kills: number;
  workers: number;
  leaseMs: number;
}): PlannedFault[] {
  const random = createRandom(options.seed);
  const worker = () => random.int(0, options.workers - 1);
  const faults = Array.from({ length: options.kills }, (): PlannedFault => ({
    afterMs: random.int(300, 1200),
    fault: 'kill',
    worker: worker(),
  }));
  const others: PlannedFault[] = [
    { afterMs: random.int(300, 800), fault: 'restart-postgres' },
    { afterMs: random.int(300, 800), fault: 'flush' },
    { afterMs: random.int(300, 800), fault: 'restart-postgres', signal: 'SIGQUIT' },
    { afterMs: random.int(300, 800), fault: 'flush' },
    ...Array.from({ length: 3 }, (): PlannedFault => {
      const forMs = Math.round(options.leaseMs * PAUSE_LEASES);
      return { afterMs: random.int(300, 800), fault: 'pause', worker: worker(), forMs };
    }),
  ];
  // The last third has only kills, so that some takeovers happen without an outage.
  for (const other of others)
    faults.splice(random.int(0, Math.floor((options.kills * 2) / 3)), 0, other);
  return faults;
}
