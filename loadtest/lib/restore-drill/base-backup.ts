import { StackError } from '@aio/stack/stack-error';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { WalArchive } from './wal-archive.ts';

/**
 * A base backup made with the server's SQL functions instead of pg_basebackup, because the npm packages have no
 * client programs of PostgreSQL.
 */
export interface BaseBackup {
  readonly archive: string;
  readonly label: string;
  /** Owner of the data folder. */
  readonly owner: { uid: number; gid: number };
  readonly bytes: number;
}

/** tar's exit code if a file changed while it read it. The write-ahead log repairs that. */
const TAR_CHANGED = 1;

/** Backs up a running server. @param file path of the archive to write */
export async function takeBaseBackup(db: Pool, file: string): Promise<BaseBackup> {
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
    const { uid, gid } = statSync(folder);
    return {
      archive: file,
      label: rows[0]!.labelfile,
      owner: { uid, gid },
      bytes: statSync(file).size,
    };
  } finally {
    connection.release();
  }
}

export async function findDataFolder(db: Pool): Promise<string> {
  const { rows } = await db.query<{ folder: string }>(
    `select current_setting('data_directory') as folder`,
  );
  return rows[0]!.folder;
}

/** Deletes the data folder, as the loss of a disk does. Stop the server first. */
export function destroy(folder: string): void {
  rmSync(folder, { recursive: true });
}

/**
 * Restores a backup to `folder`. At its next start, the server replays the archived log before it accepts
 * connections.
 * @param until point in time; null = the end of the archive
 */
export async function restoreBaseBackup(
  backup: BaseBackup,
  options: { folder: string; wal: WalArchive; until: Date | null },
): Promise<void> {
  const { folder, wal, until } = options;
  mkdirSync(folder);
  await tar(['-xpf', backup.archive, '-C', folder], [0]);
  const own = (path: string) => chownSync(path, backup.owner.uid, backup.owner.gid);
  chmodSync(folder, 0o700);
  own(folder);
  for (const [name, text] of [
    ['backup_label', backup.label],
    ['recovery.signal', ''],
  ] as const) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    own(join(folder, name));
  }
  const settings = {
    restore_command: wal.restoreCommand,
    recovery_target_action: 'promote',
    // The server does not know the time zone Z when it reads its settings.
    ...(until && { recovery_target_time: until.toISOString().replace('Z', '+00') }),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  appendFileSync(join(folder, 'postgresql.auto.conf'), lines.join(''));
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
