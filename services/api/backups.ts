import { stat } from 'node:fs/promises';
import type { Reading } from '@aio/catalog/metrics/instruments';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { readLastArchived } from '@aio/platform/queries/last-archived';

/**
 * Reads the time of the last backup: of PostgreSQL's log archive, and of the last dump, whose job
 * touches `stampFile`. A kind of backup that was never made has no reading.
 * @param stampFile empty = no dumps
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

/** Seconds since 1970; null = no dump yet. */
async function readStamp(file: string): Promise<number | null> {
  if (file === '') return null;
  try {
    return (await stat(file)).mtimeMs / 1000;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
