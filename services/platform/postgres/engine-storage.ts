import type { EngineStorage } from '@aio/core/run/storage';
import {
  claimAttempts,
  loadWaitingAttempt,
  recordAttempts,
  recordLostAttempts,
} from '../queries/engine/attempts.ts';
import { claimRuns, countTrial } from '../queries/engine/claim-runs.ts';
import { commitProgress } from '../queries/engine/commit-progress.ts';
import {
  recordLostRuns,
  releaseRuns,
  heartbeat,
  loadHeldAttempts,
  releaseRun,
} from '../queries/engine/leases.ts';
import { loadChanges } from '../queries/engine/load-changes.ts';
import { loadDefinition, loadFacts, loadSteps } from '../queries/engine/load-run.ts';
import { findReadySteps, findWantedRuns } from '../queries/engine/wanted.ts';
import type { Queryable } from './queryable.ts';

/**
 * The engine's storage in PostgreSQL. While the database is down, it throws errors for which `isUnavailable` is true.
 */
export function createEngineStorage(db: Queryable): EngineStorage {
  return {
    claimRuns: (claim) => claimRuns(db, claim),
    countTrial: (run) => countTrial(db, run),
    loadDefinition: (versionId) => loadDefinition(db, versionId),
    loadSteps: (runId) => loadSteps(db, runId),
    loadFacts: (runId, steps) => loadFacts(db, runId, steps),
    loadChanges: (runs) => loadChanges(db, runs),
    commitProgress: (commit) => commitProgress(db, commit),
    releaseRun: (release) => releaseRun(db, release),
    heartbeat: (beat) => heartbeat(db, beat),
    releaseRuns: (runs) => releaseRuns(db, runs),
    loadWaitingAttempt: (attempt) => loadWaitingAttempt(db, attempt),
    claimAttempts: (claim) => claimAttempts(db, claim),
    loadHeldAttempts: (workerId, attempts) => loadHeldAttempts(db, workerId, attempts),
    recordAttempts: (record) => recordAttempts(db, record),
    recordLostAttempts: (limit) => recordLostAttempts(db, limit),
    recordLostRuns: (limit) => recordLostRuns(db, limit),
    findWantedRuns: (find) => findWantedRuns(db, find),
    findReadySteps: (find) => findReadySteps(db, find),
  };
}
