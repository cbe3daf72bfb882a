import { type Exit, type Part, type PartSpec, startPart } from '../process/process.ts';
import { StackError } from '../stack-error.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deaths } from './deaths.ts';
import { PROJECT_ROOT } from './own-servers.ts';

/** Kubernetes and Compose kill a process that still runs this long after SIGTERM. */
const GRACE_MS = 30_000;

/** A process of AIO, across its restarts. */
export interface SystemProcess {
  readonly name: string;
  /** URL of `/metrics`. */
  readonly metricsUrl: string;
  /** Pid of the current or last process. */
  readonly pid: number;
  /**
   * Resolves when the process has ended or, for SIGSTOP and SIGCONT, when the signal is sent. It first waits for a
   * restart in progress.
   * @throws StackError if the process still runs after 30 s; it is then killed
   */
  signal(signal: NodeJS.Signals): Promise<void>;
  /**
   * Starts the next process; resolves when it is ready. Does nothing after `stop`.
   * @param root folder of the code; default: that of the last start
   */
  restart(root?: string): Promise<void>;
  /** Waits for an expected death of the process. */
  die(): Promise<Exit>;
  /** Ends the process for good, even one that is still restarting. */
  stop(): Promise<void>;
}

/** @param from folder of the code; `restart` can change it */
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
      // Two processes would use the same ports, and we would lose track of the first.
      await restarted.catch(() => {});
      const isToEnd = signal !== 'SIGSTOP' && signal !== 'SIGCONT';
      if (isToEnd) watch.expect();
      const gone = part.kill(signal);
      if (!isToEnd) return;
      if (await Promise.race([gone, sleep(GRACE_MS, null, { ref: false })])) return;
      await part.kill();
      throw new StackError(`${part.name} still ran ${GRACE_MS / 1000} s after ${signal}`);
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
