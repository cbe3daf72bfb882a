import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { generators } from './check/gates.ts';

/** `npm run generate`: runs every workspace's generator; `--check` compares and writes nothing. */
const root = resolve(import.meta.dirname, '../..');
const failed = generators(root).filter((script) => {
  const { status } = spawnSync(process.execPath, [join(root, script), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  console.log(`${status === 0 ? '✔' : '✖'} ${script}`);
  return status !== 0;
});
process.exitCode = failed.length > 0 ? 1 : 0;
