import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Keys of the secrets in the database that DATABASE_URL names: see the usage. */
const script = resolve(import.meta.dirname, '../platform/secrets-main.ts');
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: process.env,
});
process.exitCode = status ?? 1;
