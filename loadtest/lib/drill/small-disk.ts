import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SkipDrill } from './drill.ts';

/** A disk of a few megabytes that can be filled up. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  unmount(): void;
}

const PIECE = Buffer.alloc(256 * 1024);

/** @throws SkipDrill where nobody lets us mount */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk {
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder];
  const mounted = spawnSync('mount', options, { encoding: 'utf8' });
  if (mounted.status !== 0) {
    const why = mounted.stderr?.trim() || mounted.error?.message || 'mount failed';
    throw new SkipDrill(`a small disk takes the right to mount one (${why})`);
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a');
      try {
        // The last pages go one by one: a page that is left is enough to go on for a while.
        for (const size of [PIECE.length, 4096, 1]) writeAll(file, PIECE.subarray(0, size));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => void spawnSync('umount', ['--lazy', folder]),
  };
}

/** Writes the piece again and again until there is no room for it. */
function writeAll(file: number, piece: Buffer): void {
  for (;;) {
    try {
      if (writeSync(file, piece) < piece.length) return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
}
