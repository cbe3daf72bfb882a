import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';

const SCRIPT = join(PROJECT_ROOT, 'services/platform/secrets-main.ts');
const run = promisify(execFile);

/**
 * Encrypts all secrets of the database with the first key, as `npm run secrets -- rotate` does.
 * @param keys in the format of AIO_SECRETS_KEY, including all current keys
 */
export async function rotateSecrets(databaseUrl: string, keys: readonly string[]): Promise<void> {
  await run(process.execPath, [SCRIPT, 'rotate'], {
    env: { DATABASE_URL: databaseUrl, AIO_SECRETS_KEY: keys.join(',') },
  });
}
