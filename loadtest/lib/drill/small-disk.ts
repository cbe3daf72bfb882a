import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { SkipDrill } from './drill.ts';

/** A disk of a few megabytes that a drill can fill. */
export interface SmallDisk {
  readonly folder: string;
  /** Uses all free space. */
  fill(): void;
  /** Frees the space that `fill` used. */
  free(): void;
  unmount(): void;
}

const PIECE = Buffer.alloc(256 * 1024);

/** @throws SkipDrill if this user may not mount a tmpfs */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk {
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder];
  const mounted = spawnSync('mount', options, { encoding: 'utf8' });
  if (mounted.status !== 0) {
    const why = mounted.stderr?.trim() || mounted.error?.message || 'mount failed';
    throw new SkipDrill(`a small disk needs the right to mount a tmpfs (${why})`);
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a');
      try {
        // Fill the last pages and bytes, too: a server can go on for a while with one free page.
        for (const size of [PIECE.length, 4096, 1]) writeAll(file, PIECE.subarray(0, size));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => void spawnSync('umount', ['--lazy', folder]),
  };
}

/** Writes the piece until the disk has no room for it. */
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
