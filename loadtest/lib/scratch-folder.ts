import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new folder for the data and logs of one test, drill or bench. Others may enter it: PostgreSQL
 * runs as a user of its own when we are root.
 */
export function makeScratchFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `aio-${purpose}-`));
  chmodSync(folder, 0o755);
  return folder;
}
