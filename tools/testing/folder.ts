import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';

/** The data folder of the test run, which has the downloaded and built programs. */
export const PROGRAM_DIR = resolve(
  import.meta.dirname,
  '../..',
  process.env.AIO_DATA_DIR || '.aio',
);

/** A new folder, removed after the test. If tests run as root, PostgreSQL is another user, so all users may enter. */
export function makeTestFolder(t: TestContext, purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `aio-${purpose}-`));
  chmodSync(folder, 0o755);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
