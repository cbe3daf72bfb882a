import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generators } from './check/gates.ts';
import { findFreePort } from './process/free-port.ts';
import { startPostgres } from './servers/postgres.ts';
import { reportError } from './stack-error.ts';

/** `npm run generate`: runs every workspace's generator; `--check` only compares. */
const root = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
try {
  process.exitCode = args.includes('--check') ? generate({}) : await withDatabase(generate);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}

/** @returns an exit code */
function generate(env: Readonly<Record<string, string>>): number {
  const failed = generators(root).filter((script) => {
    const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    console.log(`${status === 0 ? '✔' : '✖'} ${script}`);
    return status !== 0;
  });
  return failed.length > 0 ? 1 : 0;
}

/** Runs the work with an empty database, because some generators read a database's catalogue. */
async function withDatabase(work: typeof generate): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-generate-'));
  chmodSync(dataDir, 0o755);
  try {
    const postgres = await startPostgres({ dataDir, port: await findFreePort(), fsync: false });
    try {
      return work({ SCHEMA_DATABASE_URL: postgres.url });
    } finally {
      await postgres.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
