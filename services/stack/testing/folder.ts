import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A new folder, removed after the test. If tests run as root, PostgreSQL is another user, so all users may enter. */
export function makeTestFolder(t: TestContext, purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `aio-${purpose}-`));
  chmodSync(folder, 0o755);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
