import { startLoop } from '../loop.ts';
import { describeError } from './describe-error.ts';

/** Polls `/ready` and `/health` of a process during a fault. */
export interface ReadinessWatch {
  /** Milliseconds from `since` until `/ready` first answered with this status; NaN = not yet. */
  firstReady(status: number, since: number): number;
  /** Answers of `/health` other than 200, or the reason for no answer. */
  readonly unhealthy: string[];
  stop(): Promise<void>;
}

interface Sample {
  /** When the answer arrived. */
  at: number;
  /** 0 = no answer; `reason` says why. */
  status: number;
  reason?: string;
}

const EVERY_MS = 100;
/** Probes usually time out after 1 s. Busy machines get twice that. */
const PROBE_BEATS = 20;
const BEAT_MS = 100;

/** @param origin of a process, e.g. `http://127.0.0.1:9465`. Times are those of `performance.now()`. */
export function watchReadiness(origin: string): ReadinessWatch {
  const samples: Sample[] = [];
  const unhealthy: string[] = [];

  async function ask(path: string): Promise<Sample> {
    const limit = awakeLimit();
    try {
      // A new connection each time, as kubelet does: the server may close a kept one while we use it.
      const headers = { connection: 'close' };
      const response = await fetch(`${origin}${path}`, { headers, signal: limit.signal });
      await response.body?.cancel();
      return { at: performance.now(), status: response.status };
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
    unhealthy,
    firstReady(status, since) {
      const found = samples.find((sample) => sample.at >= since && sample.status === status);
      return found ? found.at - since : Number.NaN;
    },
    async stop() {
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  };
}

/**
 * Aborts after `PROBE_BEATS` timer beats. A pause of the machine delays only one beat, and Node.js reads the answers
 * that arrived meanwhile before the next one. So a pause does not count as a slow answer.
 */
function awakeLimit(): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  let beats = 0;
  const timer = setInterval(() => {
    beats += 1;
    const isOver = beats >= PROBE_BEATS;
    if (isOver) controller.abort(new Error(`no answer within ${PROBE_BEATS * BEAT_MS} ms`));
  }, BEAT_MS);
  return { signal: controller.signal, clear: () => clearInterval(timer) };
}
