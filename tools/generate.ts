import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { generators } from './check/gates.ts';

/** `npm run generate`: runs every workspace's generator; `--check` only compares. */
const root = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
for (const script of generators(root)) {
  const command = [join(root, script), ...args];
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? '✔' : '✖'} ${script}`);
  if (status !== 0) process.exitCode = 1;
}
