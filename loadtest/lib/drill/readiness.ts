import { startLoop } from '../loop.ts';
import { describeError } from './describe-error.ts';

/** What a process says of itself while something is done to it. */
export interface ReadinessWatch {
  /** From `since` until `/ready` first answered with this status, in ms; NaN = not so far. */
  firstReady(status: number, since: number): number;
  /** What `/health` answered that was not 200, or why it did not answer. */
  readonly unhealthy: string[];
  stop(): Promise<void>;
}

interface Sample {
  /** Of the answer. */
  at: number;
  /** 0 = none, for this reason. */
  status: number;
  reason?: string;
}

const EVERY_MS = 100;
/** A usual time limit of probes is 1 s; busy machines get twice that. */
const PROBE_BEATS = 20;
const BEAT_MS = 100;

/** @param origin of a process, e.g. `http://127.0.0.1:9465`; times are of `performance.now()` */
export function watchReadiness(origin: string): ReadinessWatch {
  const samples: Sample[] = [];
  const unhealthy: string[] = [];

  async function ask(path: string): Promise<Sample> {
    const limit = awakeLimit();
    try {
      // A connection of its own, as kubelet's probes have: one that is kept may be closed as it is used.
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
 * Aborts when this process has waited for so many beats. After a pause of the machine one beat is late, and the answers
 * that came meanwhile are read before the next: the pause is not held against whoever was asked.
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
