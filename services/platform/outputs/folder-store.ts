import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ObjectStore, objectMissing } from './object-store.ts';

/**
 * Stores objects as files of a folder that all processes share. It writes a file under another name and renames it once
 * its bytes are on disk.
 */
export function createFolderStore(folder: string): ObjectStore {
  const pathOf = (name: string) => join(folder, name);

  async function put(name: string, bytes: Uint8Array): Promise<void> {
    const path = pathOf(name);
    const day = dirname(path);
    await mkdir(day, { recursive: true });
    if (!(await isThere(path))) await writeWhole(path, bytes);
    await syncFolder(day);
    await syncFolder(folder);
  }

  return {
    put,

    async get(name) {
      const stream = createReadStream(pathOf(name));
      try {
        await once(stream, 'open');
        return stream;
      } catch (error) {
        throw isNotThere(error) ? objectMissing(name, error) : error;
      }
    },

    async copy(from, to) {
      let bytes: Uint8Array;
      try {
        bytes = await readFile(pathOf(from));
      } catch (error) {
        throw isNotThere(error) ? objectMissing(from, error) : error;
      }
      await put(to, bytes);
    },

    async listDays() {
      try {
        return (await readdir(folder)).toSorted();
      } catch (error) {
        if (isNotThere(error)) return [];
        throw error;
      }
    },

    removeDay: (day) => rm(pathOf(day), { recursive: true, force: true }),
    close: () => undefined,
  };
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  try {
    const file = await open(unfinished, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Writes the folder's list of files to disk. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isNotThere(error)) return false;
    throw error;
  }
}

function isNotThere(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ENOENT';
}
