import { findOnPath } from './find-on-path.ts';
import { findOwn } from './go-servers.ts';

/** k6 is on PATH, or in the data folder: people put it there, or `npm run servers -- k6` built it. */
export function findK6(options: { dataDir: string; searchPath: string }): string | undefined {
  return findOnPath(['k6'], options.searchPath) ?? findOwn(['k6'], options.dataDir);
}
