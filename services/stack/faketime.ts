import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DebianProgram, unpackDebianProgram } from './debian-packages.ts';
import { StackError } from './stack-error.ts';

const FAKETIME: DebianProgram = {
  names: ['faketime'],
  packages: ['faketime'],
  binary: '/usr/bin/faketime',
};

const LIBRARY = 'usr/lib/*/faketime/libfaketime.so.1';

/**
 * A library that shifts the clock of the process that preloads it, of the system or out of Debian's
 * packages.
 * @returns variables for the environment of a process whose wall clock is to be `shiftSeconds` off
 * @throws StackError with what to install when there is none
 */
export async function shiftClock(
  shiftSeconds: number,
  options: { dataDir: string; signal?: AbortSignal },
): Promise<Record<string, string>> {
  const library = find('/') ?? find(await unpack(options));
  if (library === undefined) throw new StackError('libfaketime is not here; install it');
  return {
    LD_PRELOAD: library,
    FAKETIME: `${shiftSeconds < 0 ? '-' : '+'}${Math.abs(shiftSeconds)}s`,
    // Timers go by the monotonic clock; one that jumps makes Node.js hang.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

function find(root: string): string | undefined {
  const [found] = globSync(LIBRARY, { cwd: root });
  return found === undefined ? undefined : join(root, found);
}

/** @returns the folder that stands for the root of the file system */
async function unpack(options: { dataDir: string; signal?: AbortSignal }): Promise<string> {
  return join(dirname(await unpackDebianProgram(FAKETIME, options)), 'root');
}
