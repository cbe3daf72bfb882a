import { createRandom } from '../random.ts';

/** What is done to the system, and how long after the fault before it. */
export type PlannedFault = { afterMs: number } & (
  | { fault: 'kill'; worker: number }
  | { fault: 'pause'; worker: number; forMs: number }
  | { fault: 'flush' }
  | { fault: 'restart-postgres'; how: 'fast' | 'immediate' }
);

/** Longer than a lease: who wakes up again after that has lost its runs without knowing. */
const PAUSE_LEASES = 2.5;

/** Kills at random moments, with everything else spread among them; the same for the same seed. */
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
  // The last third of the kills is left alone, so that takeovers are not all outages.
  for (const other of others)
    faults.splice(random.int(0, Math.floor((options.kills * 2) / 3)), 0, other);
  return faults;
}
