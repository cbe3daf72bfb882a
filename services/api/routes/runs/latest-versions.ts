import type { VersionRef } from '@aio/platform/queries/find-version';

/** More workflows than anybody submits to at a time. */
const MOST_KEPT = 1_000;

/**
 * Latest versions of workflows as they were last seen. A submission that was made with one is accepted only
 * while it is true, so nothing has to be asked before it, nor told to other processes.
 */
export interface LatestVersions {
  get(name: string): VersionRef | undefined;
  keep(name: string, version: VersionRef): void;
}

export function createLatestVersions(): LatestVersions {
  const kept = new Map<string, VersionRef>();
  return {
    get: (name) => kept.get(name),
    keep(name, version) {
      kept.delete(name);
      kept.set(name, version);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    },
  };
}
