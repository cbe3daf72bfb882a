import { type Exit, type Part, type PartSpec, startPart } from '@aio/stack/process';
import type { Deaths } from './deaths.ts';
import { PROJECT_ROOT } from './own-servers.ts';

/** A process of the product, as often as it is started again. */
export interface SystemProcess {
  readonly name: string;
  /** `/metrics`. */
  readonly metricsUrl: string;
  /** Of the process that runs now or ran last. */
  readonly pid: number;
  /**
   * Resolves when the process is gone (or, for SIGSTOP and SIGCONT, was told). A restart that is under
   * way is waited for: it is the next process that is meant.
   */
  signal(signal: NodeJS.Signals): Promise<void>;
  /**
   * Starts the next process; resolves when it is ready. Does nothing after `stop`.
   * @param root folder of the code that it is started from; by default as the last time
   */
  restart(root?: string): Promise<void>;
  /** It is about to end by itself; resolves when it has, with how. */
  die(): Promise<Exit>;
  /** For good: a restart that is under way is waited for, and ended too. */
  stop(): Promise<void>;
}

/** @param from folder of the code; `restart` may name another */
export async function startProcess(
  specOf: (root: string) => PartSpec,
  metricsPort: number,
  deaths: Deaths,
  from = PROJECT_ROOT,
): Promise<SystemProcess> {
  let spec = specOf(from);
  let part: Part = await startPart(spec);
  let watch = deaths.watch(part);
  let restarted: Promise<void> = Promise.resolve();
  let stopped = false;
  async function startNext(): Promise<void> {
    part = await startPart(spec);
    watch = deaths.watch(part);
  }
  return {
    name: part.name,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    get pid() {
      return part.identity.pid;
    },
    async signal(signal) {
      // Two at once would want the same ports, and nobody would know of the first one.
      await restarted.catch(() => {});
      const isToEnd = signal !== 'SIGSTOP' && signal !== 'SIGCONT';
      if (isToEnd) watch.expect();
      const gone = part.kill(signal);
      if (isToEnd) await gone;
    },
    restart(root) {
      if (root !== undefined) from = root;
      spec = specOf(from);
      if (!stopped) restarted = startNext();
      return restarted;
    },
    die() {
      watch.expect();
      return part.exited;
    },
    async stop() {
      stopped = true;
      await restarted.catch(() => {});
      watch.expect();
      await part.stop();
    },
  };
}
