import { spawn } from 'node:child_process';
import type { Archive } from './remove-partitions.ts';

/** Length of the end of the command's standard error that goes into the log. */
const KEPT_CHARACTERS = 2_000;

/**
 * Runs RETENTION_ARCHIVE_COMMAND in a shell for each set of tables before they are dropped. Its environment has
 * DATABASE_URL, PGPASSWORD, AIO_PARTITION (the set's name) and AIO_TABLES (separated by blanks). Exit code 0 means that
 * the set is archived. The command may run twice for a set, because a worker can die before it records the end.
 */
export function createArchive(options: {
  command: string | null;
  databaseUrl: string;
  /** Ends the command. */
  signal: AbortSignal;
  onError: (error: unknown) => void;
}): Archive {
  const { command, databaseUrl, signal, onError } = options;
  return async (set, tables) => {
    if (command === null) return;
    try {
      await execute(command, {
        signal,
        env: {
          // oxlint-disable-next-line no-restricted-properties -- any command needs it, and it holds no secret
          PATH: process.env.PATH,
          DATABASE_URL: databaseUrl,
          // oxlint-disable-next-line no-restricted-properties -- pg and pg_dump use it if the URL has no password
          PGPASSWORD: process.env.PGPASSWORD,
          AIO_PARTITION: set,
          AIO_TABLES: tables.join(' '),
        },
      });
    } catch (error) {
      onError(error);
      throw error;
    }
  };
}

function execute(
  command: string,
  options: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-KEPT_CHARACTERS);
    });
    child.on('error', reject);
    child.on('close', (code, endedBy) => {
      if (code === 0) resolve();
      else
        reject(new Error(`RETENTION_ARCHIVE_COMMAND failed (${code ?? endedBy}): ${said.trim()}`));
    });
  });
}
