import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { holdLock } from '../file-lock.mjs';

/**
 * Makes a folder under another name and renames it when complete. If two processes want it at once, one makes it and
 * the other waits.
 */
export async function makeFolder(
  home: string,
  deps: {
    isThere: () => boolean;
    make: (unfinished: string) => Promise<void>;
    onWait: () => void;
  },
): Promise<void> {
  mkdirSync(dirname(home), { recursive: true });
  const release = await holdLock(`${home}.lock`, deps.onWait);
  const unfinished = `${home}.unfinished-${process.pid}`;
  try {
    if (deps.isThere()) return;
    mkdirSync(unfinished);
    await deps.make(unfinished);
    rmSync(home, { recursive: true, force: true });
    renameSync(unfinished, home);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    release();
  }
}
