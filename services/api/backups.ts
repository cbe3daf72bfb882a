import { stat } from 'node:fs/promises';
import type { Reading } from '@aio/catalog/instruments';
import type { Queryable } from '@aio/platform/queryable';
import { readLastArchived } from '@aio/platform/queries/last-archived';

/**
 * When the database was last saved: by its own archive of the log, and by a dump, whose job touches a file when it has
 * succeeded. Of a way that nobody uses there is no reading.
 * @param stampFile empty = dumps are not told of
 * @returns what a scrape reads
 */
export function createBackupWatch(
  db: Queryable,
  stampFile: string,
): () => Promise<Reading<'backupAt'>[]> {
  return async () => {
    const [archived, dumped] = await Promise.all([readLastArchived(db), readStamp(stampFile)]);
    return [
      ...(archived === null ? [] : [{ labels: { way: 'archive' as const }, value: archived }]),
      ...(dumped === null ? [] : [{ labels: { way: 'dump' as const }, value: dumped }]),
    ];
  };
}

/** Seconds since 1970; null = there was none yet. */
async function readStamp(file: string): Promise<number | null> {
  if (file === '') return null;
  try {
    return (await stat(file)).mtimeMs / 1000;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
