import { makeOwnedFolder } from '@aio/stack/postgres-home';
import { findUnprivilegedUser } from '@aio/stack/system-user';
import type { Pool } from 'pg';
import { waitUntil } from '../wait-until.ts';

/** A folder to which PostgreSQL archives the segments of its write-ahead log. */
export interface WalArchive {
  /** Settings that make a server archive. */
  readonly settings: Readonly<Record<string, string>>;
  /** The server's `restore_command`. */
  readonly restoreCommand: string;
}

/** @param folder readable by PostgreSQL's user; created if missing */
export function createWalArchive(folder: string): WalArchive {
  makeOwnedFolder(folder, findUnprivilegedUser());
  return {
    settings: {
      archive_mode: 'on',
      // PostgreSQL's manual says that the command must not overwrite a segment.
      archive_command: `test ! -f "${folder}/%f" && cp "%p" "${folder}/%f"`,
    },
    restoreCommand: `cp "${folder}/%f" "%p"`,
  };
}

/** Resolves when the archive contains all commits before this call. */
export async function archiveSoFar(db: Pool): Promise<void> {
  const { rows } = await db.query<{ segment: string }>(
    'select pg_walfile_name(pg_switch_wal()) as segment',
  );
  const segment = rows[0]!.segment;
  await waitUntil(`${segment} is in the archive`, 30_000, async () => {
    const { rows: found } = await db.query(
      'select 1 from pg_stat_archiver where last_archived_wal >= $1',
      [segment],
    );
    return found.length > 0;
  });
}
