import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../random.ts';
import type { SystemWorker } from '../system.ts';
import type { Kill } from '../waits.ts';

export interface KillLoop {
  readonly kills: readonly Kill[];
  /** Resolves when every worker is up again. @throws StackError if a worker does not start */
  stop(): Promise<void>;
}

/** Kills a worker every `everyMs`, drawn by the seed, and restarts it. One worker always stays up. */
export function startKillLoop(
  workers: readonly SystemWorker[],
  { seed, everyMs }: { seed: number; everyMs: number },
): KillLoop {
  const random = createRandom(seed);
  const up = new Set(workers);
  const kills: Kill[] = [];
  const restarts: Promise<void>[] = [];
  const stopping = new AbortController();

  async function loop(): Promise<void> {
    for (;;) {
      await sleep(everyMs, undefined, { signal: stopping.signal });
      const victim = random.pick([...up]);
      if (up.size < 2) continue;
      up.delete(victim);
      kills.push({ pid: victim.pid, at: new Date() });
      await victim.signal('SIGKILL');
      restarts.push(victim.restart().then(() => void up.add(victim)));
    }
  }
  const looping = loop().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });

  return {
    kills,
    async stop() {
      stopping.abort();
      await looping;
      await Promise.all(restarts);
    },
  };
}
