import { findOnPath } from '../process/find-on-path.ts';
import { findOwn } from '../programs/go-servers.ts';

/** Looks on PATH, then in the data folder, where you or `npm run servers -- k6` put it. */
export function findK6(options: { dataDir: string; searchPath: string }): string | undefined {
  return findOnPath(['k6'], options.searchPath) ?? findOwn(['k6'], options.dataDir);
}
