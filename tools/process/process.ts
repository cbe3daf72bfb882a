import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLastLines } from './log-tail.ts';
import { type ProcessIdentity, identifyProcess } from './process-identity.ts';
import { EXIT, StackError } from '../stack-error.ts';

export interface PartSpec {
  /** Shown to people and in errors, e.g. `worker-2`. */
  name: string;
  command: string;
  args: readonly string[];
  /** The whole environment of the process. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Receives standard output and error; emptied at the start, unless `keepsLog`. */
  logFile: string;
  keepsLog?: boolean;
  user?: { uid: number; gid: number } | undefined;
  /** Called every 40 ms until it returns true. A throw counts as false. */
  isReady: (part: Part) => Promise<boolean> | boolean;
  /** Default: one minute. */
  readyWithinMs?: number;
  /** The signal for an orderly end. Default: SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** Then the whole process group is killed. Default: 10 s. */
  stopWithinMs?: number;
  /** Called once the process exists, before it is ready. */
  onSpawn?: ((part: Part) => void) | undefined;
}

export interface Part {
  readonly name: string;
  readonly identity: ProcessIdentity;
  readonly stopSignal: NodeJS.Signals;
  /** Resolves when the process has ended, for any reason; never rejects. */
  readonly exited: Promise<Exit>;
  lastLines(count?: number): string[];
  /** Sends the stop signal and waits for the end. Does nothing if the process has ended. */
  stop(): Promise<Exit>;
  /** For tests of faults: ends the process group at once. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * Starts a process and waits until it is ready. The process has its own group, so a terminal's Ctrl-C does not reach
 * it.
 * @throws StackError with its last log lines if it ends or does not get ready in time
 */
export async function startPart(spec: PartSpec): Promise<Part> {
  const part = await spawnPart(spec);
  spec.onSpawn?.(part);
  const readyWithinMs = spec.readyWithinMs ?? 60_000;
  const deadline = Date.now() + readyWithinMs;
  let ended: Exit | undefined;
  void part.exited.then((exit) => (ended = exit));
  while (Date.now() < deadline) {
    if (ended) throw explainExit(part, ended);
    if (await isReady(spec, part)) return part;
    await Promise.race([sleep(40), part.exited]);
  }
  await part.kill();
  throw new StackError(`${part.name} was not ready within ${readyWithinMs / 1000} s`, {
    details: part.lastLines(),
  });
}

/** E.g. "ended with code 1" or "was ended by SIGKILL". */
export function describeExit({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `ended with code ${code}`;
}

/** The error for a process that ended: why, and the last lines of its log. */
export function explainExit(part: Part, exit: Exit): StackError {
  const details = part.lastLines();
  if (exit.code === EXIT.config) {
    const line = details.at(-1) ?? 'no reason given';
    return new StackError(`${part.name} rejected its environment: ${line}`, {
      exitCode: EXIT.config,
      details: details.slice(0, -1),
    });
  }
  return new StackError(`${part.name} ${describeExit(exit)}`, { details });
}

async function isReady(spec: PartSpec, part: Part): Promise<boolean> {
  try {
    return await spec.isReady(part);
  } catch {
    return false;
  }
}

async function spawnPart(spec: PartSpec): Promise<Part> {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, spec.keepsLog ? 'a' : 'w');
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ['ignore', log, log],
    ...spec.user,
  });
  closeSync(log);
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new StackError(`cannot start ${spec.name}: ${cause.message}`, { cause })),
    );
  });
  const pid = child.pid as number;
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
    signalGroup(pid, signal, child.exitCode === null && child.signalCode === null);
    return exited;
  };
  const stopSignal = spec.stopSignal ?? 'SIGTERM';
  return {
    name: spec.name,
    identity: identifyProcess(pid) ?? { pid, startedAt: '' },
    stopSignal,
    exited,
    lastLines: (count) => readLastLines(spec.logFile, count),
    kill,
    async stop() {
      child.kill(stopSignal);
      const patience = new AbortController();
      const timer = sleep(spec.stopWithinMs ?? 10_000, undefined, { signal: patience.signal });
      await Promise.race([exited, timer]);
      patience.abort();
      await timer.catch(() => {});
      return kill();
    },
  };
}

/** Signals the group even if its leader has ended, because its children may still run. */
function signalGroup(pid: number, signal: NodeJS.Signals, leaderRuns: boolean): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (leaderRuns && (error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
