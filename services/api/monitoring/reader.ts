import { listOwnWorkflows } from '@aio/platform/queries/workflows/list-workflows';
import { readEventSeqs } from '@aio/platform/queries/runs/run-events';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { pseudonymOf } from '@aio/metrics/label-guard';
import { isAdmin, type Principal } from '../auth/principal.ts';

/** What a caller without the role admin may read in metrics. */
export interface Reader {
  /** The caller's value of the label `owner`. */
  owner: string;
  /** Names of the caller's workflows. */
  workflows: readonly string[];
  /** Those of the ids that are runs of the caller. */
  ownRuns(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

/** null = an admin, who reads everything. */
export type ReaderOf = (principal: Principal) => Promise<Reader | null>;

/** The label `workflow` has 100 names at a time. Queries would become long with more. */
const MOST_WORKFLOWS = 300;

/** @param hashOwners whether the label `owner` has hashes (METRICS_HASH_OWNERS) */
export function createReaderOf(db: Queryable, hashOwners: boolean): ReaderOf {
  return async (principal) => {
    if (isAdmin(principal)) return null;
    const { subject } = principal;
    return {
      owner: hashOwners ? pseudonymOf(subject) : subject,
      workflows: await listOwnWorkflows(db, subject, MOST_WORKFLOWS),
      ownRuns: async (ids) => new Set((await readEventSeqs(db, ids, subject)).keys()),
    };
  };
}
