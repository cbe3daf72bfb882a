import { spawnSync } from 'node:child_process';
import { globSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CGROUPS = '/sys/fs/cgroup';

/**
 * Makes a disk in one sparse file, which occupies only the space in use. Images have some 100,000 files and take a
 * minute to remove; the file goes at once.
 */
export function makeDisk(file: string, env: NodeJS.ProcessEnv): void {
  const features = ['-q', '-F', '-O', '^has_journal', '-E', 'lazy_itable_init=1,nodiscard'];
  spawnSync('mkfs.ext4', [...features, file, '64G'], { env });
}

/**
 * Removes a control group from every hierarchy. Retries, because the kernel frees it after its last process.
 * @returns descriptions of those that stay
 */
export async function removeCgroups(name: string): Promise<string[]> {
  const list = () => globSync([`${CGROUPS}/${name}`, `${CGROUPS}/*/${name}`]);
  for (let tries = 0; tries < 20; tries++) {
    for (const folder of list()) removeCgroup(folder);
    if (list().length === 0) return [];
    await sleep(100);
  }
  return list().map((path) => `control group ${path}`);
}

/** Control groups are removed folder by folder, from the innermost. */
function removeCgroup(folder: string): void {
  const inner = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort((a, b) => b.length - a.length);
  for (const path of [...inner, folder]) {
    try {
      rmdirSync(path);
    } catch {
      // It still has a process.
    }
  }
}
