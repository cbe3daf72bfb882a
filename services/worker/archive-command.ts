import { spawn } from 'node:child_process';
import type { Archive } from '@aio/platform/partitions/remove-partitions';

/** Of what the command says, so much is kept for the log. */
const KEPT_CHARACTERS = 2_000;

/**
 * Has a shell execute RETENTION_ARCHIVE_COMMAND for each set of tables that is about to be dropped. It finds in its
 * environment DATABASE_URL, AIO_PARTITION (the set's name) and AIO_TABLES (with blanks between them). 0 = they are
 * archived. It may be asked again for the same set: a worker that dies has not told of its end.
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
          // oxlint-disable-next-line no-restricted-properties -- what any command needs, and none of the secrets
          PATH: process.env.PATH,
          DATABASE_URL: databaseUrl,
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
