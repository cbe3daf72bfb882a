import { claimRuns } from '@aio/platform/queries/engine/claim-runs';
import { loadChanges } from '@aio/platform/queries/engine/load-changes';
import { loadSteps } from '@aio/platform/queries/engine/load-run';
import { findWantedRuns } from '@aio/platform/queries/engine/wanted';
import { getRun } from '@aio/platform/queries/get-run';
import { earliestIdOf } from '@aio/platform/queries/id-times';
import { listRuns } from '@aio/platform/queries/list-runs';
import { type Submission, submitRuns } from '@aio/platform/queries/submit-runs';
import type { Queryable } from '@aio/platform/queryable';
import { randomUUID } from 'node:crypto';

/** Connections with the settings of an API and of a worker. */
export interface Connections {
  api: Queryable;
  worker: Queryable;
}

/** Runs that the operations use. */
export interface Subjects {
  workerId: string;
  /** Ids of queued runs. */
  queued: readonly string[];
  /** The newest and the oldest run that succeeded. */
  newRun: string;
  oldRun: string;
}

/** A frequent operation of the product, with the product's statements. `nth` counts rounds from 0. */
export type Operation = (db: Connections, of: Subjects, nth: number) => Promise<unknown>;

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'submit a run': ({ api }) => submitRuns(api, [submission()]),
  'claim ten runs': ({ worker }, of, nth) =>
    claimRuns(worker, { workerId: of.workerId, runIds: tenOf(of, nth) }),
  'load changes of ten runs': ({ worker }, of, nth) =>
    loadChanges(
      worker,
      tenOf(of, nth).map((runId) => ({ runId, applied: [] })),
    ),
  'load the steps of a run': ({ worker }, { newRun }) => loadSteps(worker, newRun),
  'look for what is due': ({ worker }) =>
    findWantedRuns(worker, { which: 'due', olderThanMs: 0, limit: 1000, after: null }),
  'look for what is queued': ({ worker }) =>
    findWantedRuns(worker, { which: 'queued', olderThanMs: 2000, limit: 1000, after: null }),
  'list the newest runs': ({ api }) => listRuns(api, { limit: 50, cursor: null }),
  'list failed runs of a workflow': ({ api }) =>
    listRuns(api, { limit: 50, cursor: null, workflowName: 'ship-order', statuses: ['failed'] }),
  'search a word of every 4th run': ({ api }) =>
    listRuns(api, { limit: 50, cursor: null, search: 'tokyo' }),
  'search a word of 40 runs': ({ api }) =>
    listRuns(api, { limit: 50, cursor: null, search: 'rare' }),
  'search an id': ({ api }, { oldRun }) =>
    listRuns(api, { limit: 50, cursor: null, search: oldRun }),
  'page of a new run': ({ api }, { newRun }) => getRun(api, newRun, { owner: null, outputs: true }),
  'page of an old run': ({ api }, { oldRun }) =>
    getRun(api, oldRun, { owner: null, outputs: true }),
};

function tenOf({ queued }: Subjects, nth: number): string[] {
  return queued.slice(nth * 10, nth * 10 + 10);
}

function submission(): Submission {
  const id = `${earliestIdOf(new Date()).slice(0, 24)}${randomUUID().slice(24)}`;
  const actor = { subject: 'somebody', name: 'somebody@example.com', via: 'bearer' } as const;
  return {
    id,
    workflowId: '01900000-0000-7000-8000-000000000001',
    workflowVersionId: '01900000-0000-7000-8000-000000000002',
    latestVersion: 1,
    workflowName: 'ship-order',
    owner: 'somebody',
    input: '{"order":"o1","city":"tokyo"}',
    stepsTotal: 10,
    timeoutMs: null,
    traceparent: null,
    parentSpanId: null,
    tracestate: null,
    idempotency: { key: id, requestHash: 'hash' },
    audit: { ...actor, action: 'submitRun', address: null, traceId: null },
  };
}
