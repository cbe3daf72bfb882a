import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLastLines } from './log-tail.ts';
import { type ProcessIdentity, identifyProcess } from './process-identity.ts';
import { EXIT, StackError } from './stack-error.ts';

export interface PartSpec {
  /** Shown to people and in errors, e.g. `worker-2`. */
  name: string;
  command: string;
  args: readonly string[];
  /** The whole environment of the process. */
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Standard output and error go there; emptied at the start, so that it tells of this one only. */
  logFile: string;
  user?: { uid: number; gid: number } | undefined;
  /** Asked every few milliseconds until it says true. A throw counts as false. */
  isReady: (part: Part) => Promise<boolean> | boolean;
  /** One minute unless said otherwise. */
  readyWithinMs?: number;
  /** SIGTERM unless the program wants another one for an orderly end. */
  stopSignal?: NodeJS.Signals;
  /** After this long the whole process group is killed. */
  stopWithinMs?: number;
  /** Called as soon as the process exists, long before it is ready. */
  onSpawn?: ((part: Part) => void) | undefined;
}

export interface Part {
  readonly name: string;
  readonly identity: ProcessIdentity;
  readonly stopSignal: NodeJS.Signals;
  /** Resolves when the process has ended, by itself or not; never rejects. */
  readonly exited: Promise<Exit>;
  lastLines(count?: number): string[];
  /** Asks for an orderly end and waits for it. Does nothing to a process that is gone. */
  stop(): Promise<Exit>;
  /** For tests of faults: no orderly end. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/**
 * Starts a process in a group of its own (so that a terminal's Ctrl-C does not reach it) and waits
 * until it is ready.
 * @throws StackError with its last log lines when it ends or stays silent instead
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

/** "ended with code 1" or "was ended by SIGKILL". */
export function describeExit({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `ended with code ${code}`;
}

/** Why a process that should run does not: one line, and the last lines of its log. */
export function explainExit(part: Part, exit: Exit): StackError {
  const details = part.lastLines();
  if (exit.code === EXIT.config) {
    const line = details.at(-1) ?? 'no reason given';
    return new StackError(`${part.name} refuses its environment: ${line}`, {
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
  const log = openSync(spec.logFile, 'w');
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
      reject(new StackError(`${spec.name} cannot be started: ${cause.message}`, { cause })),
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

/** Its children may outlive the leader of a group, so the group is signalled even when that is gone. */
function signalGroup(pid: number, signal: NodeJS.Signals, leaderRuns: boolean): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (leaderRuns && (error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
