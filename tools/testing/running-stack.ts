import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { compileCache } from '../process/compile-cache.ts';
import { claimPort } from '../process/free-port.ts';
import { type Ports, isListening, isPortFree, shiftPorts } from '../process/ports.ts';
import type { ProcessIdentity } from '../process/process-identity.ts';
import { makeTestFolder, PROGRAM_DIR } from './folder.ts';

/**
 * Values of `--port-offset` for which all ports are between those of `findFreePort` and those of outgoing connections.
 * No two ports of a stack are a multiple of the step apart, so two stacks share none.
 */
export const OFFSETS = Array.from({ length: 16 }, (_, index) => 15_540 + 19 * index);
/** A process claims an offset by its port from here on, below those of all stacks. */
const FIRST_CLAIM = 18_500;

const script = resolve(import.meta.dirname, '../start.ts');

/** A new data folder. It shares programs that were downloaded (`debian`) or built (`servers`) before. */
export function makeDataFolder(
  t: TestContext,
  shared: readonly ('debian' | 'servers')[] = ['debian', 'servers'],
): string {
  const folder = makeTestFolder(t, 'start');
  for (const programs of shared) {
    mkdirSync(join(PROGRAM_DIR, programs), { recursive: true });
    symlinkSync(join(PROGRAM_DIR, programs), join(folder, programs));
  }
  return folder;
}

/** `npm start` as a process, without the web UI unless `--web` is given, and without the developer's `.env`. */
export interface RunningStack {
  /** The output so far. */
  output(): string;
  /** Resolves when a line matches; rejects with the output if the process ends first. */
  sees(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Exit code; null = a signal ended it. */
  exited: Promise<number | null>;
}

export function runStack(
  dataDir: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): RunningStack {
  const child = spawn(process.execPath, [script, '--no-web', '--env-file', '/dev/null', ...args], {
    // The environment must not replace the servers that this starts.
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AIO_DATA_DIR: dataDir,
      ...compileCache(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const look of waiting) look();
    });
  }
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    output: () => text,
    exited,
    signal: (name) => child.kill(name),
    sees: (pattern) =>
      new Promise((done, fail) => {
        const look = () => {
          if (!pattern.test(text)) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        look();
        void exited.then((code) => {
          if (waiting.has(look)) fail(new Error(`ended with ${code} before ${pattern}:\n${text}`));
        });
      }),
  };
}

/** An offset with free ports, which no other process gets while this one lives. */
export async function findOffset(): Promise<number> {
  for (;;) {
    const index = randomInt(OFFSETS.length);
    const offset = OFFSETS[index];
    if (offset === undefined || !(await claimPort(FIRST_CLAIM + index))) continue;
    const free = await Promise.all(Object.values(portsOf(offset)).map(isPortFree));
    if (free.every(Boolean)) return offset;
  }
}

/** The processes in the record of the stack. */
export function recordedParts(dataDir: string): (ProcessIdentity & { name: string })[] {
  return JSON.parse(readFileSync(join(dataDir, 'stack.json'), 'utf8')).parts;
}

/** Names of parts whose ports still accept connections. */
export async function listeningParts(offset: number): Promise<string[]> {
  const found: string[] = [];
  for (const [part, port] of Object.entries(portsOf(offset))) {
    if (await isListening(port)) found.push(part);
  }
  return found;
}

function portsOf(offset: number): Omit<Ports, 'web'> {
  const { web: _web, ...ports } = shiftPorts(offset);
  return ports;
}
