import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from './own-servers.ts';

const SCRIPT = join(PROJECT_ROOT, 'services/platform/secrets-main.ts');
const run = promisify(execFile);

/**
 * As `npm run secrets -- rotate` does: encrypts all secrets of the database under the first of the keys.
 * @param keys as AIO_SECRETS_KEY has each; those that secrets are under now are among them
 */
export async function rotateSecrets(databaseUrl: string, keys: readonly string[]): Promise<void> {
  await run(process.execPath, [SCRIPT, 'rotate'], {
    env: { DATABASE_URL: databaseUrl, AIO_SECRETS_KEY: keys.join(',') },
  });
}
