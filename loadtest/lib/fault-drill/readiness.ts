import { setTimeout as sleep } from 'node:timers/promises';

/** What a process says of itself while something is done to it. */
export interface ReadinessWatch {
  /** From `since` until `/ready` first had this status, in ms; NaN = not so far. */
  firstReady(status: number, since: number): number;
  /** Answers of `/health` that were not 200, or took longer than a probe waits. */
  readonly unhealthy: string[];
  stop(): Promise<void>;
}

interface Sample {
  at: number;
  status: number | 'none';
}

const EVERY_MS = 100;
/** A usual time limit of probes is 1 s; busy machines get twice that. */
const PROBE_MS = 2000;

/** @param origin of a process, e.g. `http://127.0.0.1:9465`; times are of `performance.now()` */
export function watchReadiness(origin: string): ReadinessWatch {
  const samples: Sample[] = [];
  const unhealthy: string[] = [];
  let watching = true;

  async function ask(path: string): Promise<Sample> {
    const at = performance.now();
    try {
      const response = await fetch(`${origin}${path}`, { signal: AbortSignal.timeout(PROBE_MS) });
      await response.body?.cancel();
      return { at, status: response.status };
    } catch {
      return { at, status: 'none' };
    }
  }

  async function watch(look: () => Promise<void>): Promise<void> {
    while (watching) {
      await look();
      await sleep(EVERY_MS);
    }
  }

  const watches = [
    watch(async () => void samples.push(await ask('/ready'))),
    watch(async () => {
      const { status } = await ask('/health');
      if (status !== 200) unhealthy.push(`/health: ${status}`);
    }),
  ];

  return {
    unhealthy,
    firstReady(status, since) {
      const found = samples.find((sample) => sample.at >= since && sample.status === status);
      return found ? found.at - since : Number.NaN;
    },
    async stop() {
      watching = false;
      await Promise.all(watches);
    },
  };
}
