import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** `npm run migrate`: runs platform/migrate-main.ts. */
const script = resolve(import.meta.dirname, '../platform/migrate-main.ts');
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: process.env,
});
process.exitCode = status ?? 1;
