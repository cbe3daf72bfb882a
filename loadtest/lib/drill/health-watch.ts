import { type Loop, startLoop } from '../loop.ts';
import type { System } from '../system.ts';

/** Polls `/health` of each API and worker, as a probe does, and keeps the longest answer time. */
export interface HealthWatch {
  /** Resolves to the longest answer time in milliseconds, and the name of the process. */
  stop(): Promise<{ longestMs: number; process: string }>;
}

const EVERY_MS = 20;
/** Longest wait for an answer. */
const GIVE_UP_AFTER_MS = 60_000;

export function watchHealth(system: Pick<System, 'apis' | 'workers'>): HealthWatch {
  let longest = { longestMs: 0, process: 'none' };

  function watch(process: string, url: string): Loop {
    return startLoop(EVERY_MS, async () => {
      const startedAt = performance.now();
      // Probes open a new connection each time.
      const request = {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(GIVE_UP_AFTER_MS),
      };
      const status = await fetch(url, request).then(
        async (response) => (await response.body?.cancel(), response.status),
        () => 0,
      );
      const tookMs = status === 200 ? performance.now() - startedAt : GIVE_UP_AFTER_MS;
      if (tookMs > longest.longestMs) longest = { longestMs: tookMs, process };
    });
  }

  const watches = [
    ...system.apis.map(({ name, url }) => watch(name, `${url}/health`)),
    ...system.workers.map(({ name, metricsUrl }) =>
      watch(name, new URL('/health', metricsUrl).href),
    ),
  ];
  return {
    async stop() {
      await Promise.all(watches.map((one) => one.stop()));
      return longest;
    },
  };
}
