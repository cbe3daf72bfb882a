import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a folder for data and logs. Other users may enter it, because PostgreSQL runs as another user if
 * this process is root.
 */
export function makeScratchFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `aio-${purpose}-`));
  chmodSync(folder, 0o755);
  return folder;
}
