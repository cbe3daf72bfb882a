import { makeOwnedFolder } from '@aio/tools/servers/postgres-home';
import { StackError } from '@aio/tools/stack-error';
import { findUnprivilegedUser } from '@aio/tools/servers/system-user';
import { spawn } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { countRows } from '../../oracles/rows.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

/** tar's exit code if a file changed while it read it. The write-ahead log repairs that. */
const TAR_CHANGED = 1;

/**
 * A base backup and an archive of the write-ahead log. It uses the server's SQL functions instead of pg_basebackup,
 * because the npm packages have no client programs of PostgreSQL.
 * @param dataDir for `base.tar` and the archive `wal`
 */
export function createPhysicalBackup(dataDir: string) {
  const wal = join(dataDir, 'wal');
  const file = join(dataDir, 'base.tar');
  let label = '';
  let owner = { uid: 0, gid: 0 };
  makeOwnedFolder(wal, findUnprivilegedUser());
  return {
    settings: {
      archive_mode: 'on',
      // PostgreSQL's manual says that the command must not overwrite a segment.
      archive_command: `test ! -f "${wal}/%f" && cp "%p" "${wal}/%f"`,
    },
    async take(db: Pool): Promise<void> {
      const folder = await findDataFolder(db);
      // PostgreSQL requires one connection for the start and the end of a backup.
      const connection = await db.connect();
      try {
        await connection.query(`select pg_backup_start('restore drill', true)`);
        const left = ['./pg_wal/*', './postmaster.pid', './postmaster.opts'];
        const excludes = left.map((pattern) => `--exclude=${pattern}`);
        await tar(['-cf', file, ...excludes, '-C', folder, '.'], [0, TAR_CHANGED]);
        const { rows } = await connection.query<{ labelfile: string }>(
          'select labelfile from pg_backup_stop(true)',
        );
        label = rows[0]!.labelfile;
        owner = statSync(folder);
      } finally {
        connection.release();
      }
    },
    /** Resolves when the archive contains all commits before this call. */
    async archiveSoFar(db: Pool): Promise<void> {
      const { rows } = await db.query<{ segment: string }>(
        'select pg_walfile_name(pg_switch_wal()) as segment',
      );
      const segment = rows[0]!.segment;
      await waitUntil(`${segment} is in the archive`, 30_000, () =>
        countRows(db, 'pg_stat_archiver where last_archived_wal >= $1', [segment]),
      );
    },
    /**
     * Restores the backup to `folder`. At its next start, the server replays the archived log before it accepts
     * connections.
     * @param until point in time; default: the end of the archive
     */
    async restore(folder: string, until?: Date): Promise<void> {
      mkdirSync(folder);
      await tar(['-xpf', file, '-C', folder], [0]);
      chmodSync(folder, 0o700);
      const signal = join(folder, 'recovery.signal');
      const labelFile = join(folder, 'backup_label');
      writeFileSync(signal, '', { mode: 0o600 });
      writeFileSync(labelFile, label, { mode: 0o600 });
      for (const path of [folder, signal, labelFile]) chownSync(path, owner.uid, owner.gid);
      const settings = {
        restore_command: `cp "${wal}/%f" "%p"`,
        recovery_target_action: 'promote',
        // The server does not know the time zone Z when it reads its settings.
        ...(until && { recovery_target_time: until.toISOString().replace('Z', '+00') }),
      };
      const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
      appendFileSync(join(folder, 'postgresql.auto.conf'), lines.join(''));
    },
  };
}

export async function findDataFolder(db: Pool): Promise<string> {
  const { rows } = await db.query<{ folder: string }>(
    `select current_setting('data_directory') as folder`,
  );
  return rows[0]!.folder;
}

async function tar(args: readonly string[], allowed: readonly number[]): Promise<void> {
  const child = spawn('tar', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (piece: Buffer) => said.push(piece));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== null && allowed.includes(code)) return;
  throw new StackError(`tar ended with code ${code}`, {
    details: Buffer.concat(said).toString().trimEnd().split('\n').slice(-5),
  });
}
