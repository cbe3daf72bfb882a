import { startLoop } from './loop.ts';
import type { SystemApi } from '@aio/tools/system/system';
import type { SystemProcess } from '@aio/tools/system/system-process';
import { describeError } from '../drills/kit/errors.ts';

interface Sample {
  at: number;
  /** 0 = no answer; `reason` says why. */
  status: number;
  reason?: string;
}

const EVERY_MS = 100;
/** Probes usually time out after 1 s. Busy machines get twice that. */
const PROBE_LIMIT_MS = 2000;
const BEATS = 20;

/**
 * Polls `/ready` and `/health` of a process during a fault.
 * @param origin e.g. `http://127.0.0.1:9465`
 */
export function watchReadiness(origin: string, limitMs = PROBE_LIMIT_MS) {
  const samples: Sample[] = [];
  const unhealthy: string[] = [];

  async function ask(path: string): Promise<Sample> {
    const limit = awakeLimit(limitMs);
    try {
      const status = await probe(`${origin}${path}`, limit.signal);
      return { at: performance.now(), status };
    } catch (error) {
      return { at: performance.now(), status: 0, reason: describeError(error as Error) };
    } finally {
      limit.clear();
    }
  }

  const watches = [
    startLoop(EVERY_MS, async () => samples.push(await ask('/ready'))),
    startLoop(EVERY_MS, async () => {
      const { status, reason = status } = await ask('/health');
      if (status !== 200) unhealthy.push(`/health: ${reason}`);
    }),
  ];

  return {
    /** Answers of `/health` other than 200, or the reason for no answer. */
    unhealthy: unhealthy as readonly string[],
    /** Milliseconds from `since` (of `performance.now()`) until `/ready` first had this status; NaN = not yet. */
    firstReady(status: number, since: number): number {
      const found = samples.find((sample) => sample.at >= since && sample.status === status);
      return found ? found.at - since : Number.NaN;
    },
    async stop(): Promise<void> {
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  };
}

/**
 * Aborts after `BEATS` timer beats. A pause of the machine delays only one beat, and Node.js reads the answers
 * that arrived meanwhile before the next one. So a pause does not count as a slow answer.
 */
function awakeLimit(limitMs: number): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  let beats = 0;
  const timer = setInterval(() => {
    beats += 1;
    if (beats >= BEATS) controller.abort(new Error(`no answer within ${limitMs} ms`));
  }, limitMs / BEATS);
  return { signal: controller.signal, clear: () => clearInterval(timer) };
}

const HEALTH_EVERY_MS = 20;
const GIVE_UP_AFTER_MS = 60_000;

/** APIs and workers whose `/health` is polled. */
export interface Processes {
  apis: readonly Pick<SystemApi, 'name' | 'url'>[];
  workers: readonly Pick<SystemProcess, 'name' | 'metricsUrl'>[];
}

/** Polls `/health` of each API and worker, and keeps the longest answer time. */
export function watchHealth({ apis, workers }: Processes) {
  let longest = { longestMs: 0, process: 'none' };
  const urls = [
    ...apis.map(({ name, url }) => ({ process: name, url: `${url}/health` })),
    ...workers.map(({ name, metricsUrl }) => ({
      process: name,
      url: new URL('/health', metricsUrl).href,
    })),
  ];
  const watches = urls.map(({ process, url }) =>
    startLoop(HEALTH_EVERY_MS, async () => {
      const startedAt = performance.now();
      const status = await probe(url, AbortSignal.timeout(GIVE_UP_AFTER_MS)).catch(() => 0);
      const tookMs = status === 200 ? performance.now() - startedAt : GIVE_UP_AFTER_MS;
      if (tookMs > longest.longestMs) longest = { longestMs: tookMs, process };
    }),
  );
  return {
    /** Resolves to the longest answer time and the name of the process. */
    async stop() {
      await Promise.all(watches.map((watch) => watch.stop()));
      return longest;
    },
  };
}

/** Uses a new connection each time, as kubelet does: the server may close a kept one while we use it. */
async function probe(url: string, signal: AbortSignal): Promise<number> {
  const response = await fetch(url, { headers: { connection: 'close' }, signal });
  await response.body?.cancel();
  return response.status;
}
