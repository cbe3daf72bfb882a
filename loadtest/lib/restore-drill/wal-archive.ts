import { makeOwnedFolder } from '@aio/stack/postgres-home';
import { findUnprivilegedUser } from '@aio/stack/system-user';
import type { Pool } from 'pg';
import { waitUntil } from '../wait-until.ts';

/** Where PostgreSQL's write-ahead log goes, segment by segment: for a drill, a folder. */
export interface WalArchive {
  /** Settings with which a server archives. */
  readonly settings: Readonly<Record<string, string>>;
  /** The server's `restore_command`. */
  readonly restoreCommand: string;
}

/** @param folder that PostgreSQL's user can reach; made when missing */
export function createWalArchive(folder: string): WalArchive {
  makeOwnedFolder(folder, findUnprivilegedUser());
  return {
    settings: {
      archive_mode: 'on',
      // A segment that is there stays as it is, as the manual asks for.
      archive_command: `test ! -f "${folder}/%f" && cp "%p" "${folder}/%f"`,
    },
    restoreCommand: `cp "${folder}/%f" "%p"`,
  };
}

/** Resolves when all that was committed before this call is in the archive. */
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
