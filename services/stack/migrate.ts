import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** Brings the database that DATABASE_URL names to the latest tables. */
const script = resolve(import.meta.dirname, '../platform/migrate-main.ts');
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: process.env,
});
process.exitCode = status ?? 1;
