import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DebianProgram, unpackDebianProgram } from '../programs/debian-packages.ts';
import { StackError } from '../stack-error.ts';

const FAKETIME: DebianProgram = {
  names: ['faketime'],
  packages: ['faketime'],
  binary: '/usr/bin/faketime',
};

const LIBRARY = 'usr/lib/*/faketime/libfaketime.so.1';

/**
 * Finds libfaketime on the system, or unpacks Debian's package. It shifts the clock of a process that preloads it.
 * @returns environment variables that shift a process's wall clock by `shiftSeconds`
 * @throws StackError if there is no libfaketime
 */
export async function shiftClock(
  shiftSeconds: number,
  options: { dataDir: string; signal?: AbortSignal },
): Promise<Record<string, string>> {
  const library = find('/') ?? find(await unpack(options));
  if (library === undefined) throw new StackError('libfaketime is not installed; install it');
  return {
    LD_PRELOAD: library,
    FAKETIME: `${shiftSeconds < 0 ? '-' : '+'}${Math.abs(shiftSeconds)}s`,
    // Timers use the monotonic clock; if it jumps, Node.js hangs.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

function find(root: string): string | undefined {
  const [found] = globSync(LIBRARY, { cwd: root });
  return found === undefined ? undefined : join(root, found);
}

/** @returns the folder with the unpacked file system */
async function unpack(options: { dataDir: string; signal?: AbortSignal }): Promise<string> {
  return join(dirname(await unpackDebianProgram(FAKETIME, options)), 'root');
}
