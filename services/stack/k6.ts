import { findOnPath } from './find-on-path.ts';
import { findOwn } from './go-servers.ts';

/** k6 is in no package registry that everybody has: it is on PATH, or people put it into the data folder. */
export function findK6(options: { dataDir: string; searchPath: string }): string | undefined {
  return findOnPath(['k6'], options.searchPath) ?? findOwn(['k6'], options.dataDir);
}
