import { createRandom } from '../random.ts';

/** A fault, and the time after the fault before it. */
export type PlannedFault = { afterMs: number } & (
  | { fault: 'kill'; worker: number }
  | { fault: 'pause'; worker: number; forMs: number }
  | { fault: 'flush' }
  | { fault: 'restart-postgres'; how: 'fast' | 'immediate' }
);

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
    { afterMs: random.int(300, 800), fault: 'restart-postgres', how: 'fast' },
    { afterMs: random.int(300, 800), fault: 'flush' },
    { afterMs: random.int(300, 800), fault: 'restart-postgres', how: 'immediate' },
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
