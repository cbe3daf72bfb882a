import { createPool } from '@aio/platform/postgres/pool';
import { claimRuns } from '@aio/platform/queries/engine/claim-runs';
import { loadChanges } from '@aio/platform/queries/engine/load-changes';
import { loadSteps } from '@aio/platform/queries/engine/load-run';
import { findWantedRuns } from '@aio/platform/queries/engine/wanted';
import { getRun, readDetail } from '@aio/platform/queries/runs/get-run';
import { earliestIdOf } from '@aio/platform/queries/id-times';
import { listRuns } from '@aio/platform/queries/runs/list-runs';
import { readRunValues } from '@aio/platform/queries/runs/run-values';
import { type Submission, submitRuns } from '@aio/platform/queries/runs/submit-runs';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { randomUUID } from 'node:crypto';
import { median } from '../../bed/quantile.ts';
import { changesOf, explainAll, type Explained } from './explain.ts';

/** Cost of an operation in one database: sums over its statements, medians of the rounds. */
export interface Cost {
  buffers: number;
  /** Of these, pages above the leaves of a B-tree. */
  inner: number;
  ms: number;
  /** Runs that the operation reads or writes by their ids. */
  runs: number;
  /** Accesses by name of the statement. */
  plans: Map<string, Set<string>>;
}

/** @param rounds at most a tenth of the queued runs, because each round claims ten */
export async function measureOperations(
  databaseUrl: string,
  rounds: number,
): Promise<Map<string, Cost>> {
  const poolOf = (applicationName: string, planOnce: boolean) =>
    createPool({ databaseUrl, applicationName, planOnce, max: 1, ...PATIENT });
  const pools = [poolOf('aio-api', false), poolOf('aio-worker', true)] as const;
  const connections = await Promise.all(pools.map((pool) => pool.connect()));
  try {
    let explained: Explained[] = [];
    const onExplained = (one: Explained) => void explained.push(one);
    const subjects = await findSubjects(connections[0]!);
    // One after the other: both create the extension that reads the levels.
    const api = await explainAll(connections[0]!, onExplained);
    const worker = await explainAll(connections[1]!, onExplained);
    const costs = new Map<string, Cost>();
    for (const [name, { execute, runs = 1 }] of Object.entries(OPERATIONS)) {
      const seen: Explained[][] = [];
      for (let nth = 0; nth < rounds; nth++) {
        explained = [];
        await execute({ api, worker }, subjects, nth);
        seen.push(explained);
      }
      const sumOf = (of: (one: Explained) => number) =>
        median(seen.map((round) => round.reduce((sum, one) => sum + of(one), 0)));
      costs.set(name, {
        buffers: sumOf(({ buffers }) => buffers),
        inner: sumOf(({ inner }) => inner),
        ms: sumOf(({ ms }) => ms),
        runs,
        plans: new Map(seen.at(-1)!.map((one) => [one.name, one.accesses])),
      });
    }
    return costs;
  } finally {
    for (const connection of connections) connection.release();
    await Promise.all(pools.map((pool) => pool.close()));
  }
}

const PATIENT = { statementTimeoutMs: 600_000, queryTimeoutMs: 600_000 };

async function findSubjects(db: Queryable): Promise<Subjects> {
  const { rows } = await db.query({
    name: 'find-subjects',
    text: `
      select array(select id::text from runs where status = 'queued' order by id) as queued,
        (select id from runs where status = 'succeeded' order by id desc limit 1) as "newRun",
        (select id from runs where status = 'succeeded' order by id limit 1) as "oldRun"`,
  });
  return { ...rows[0], workerId: randomUUID() };
}

/** Connections with the settings of an API and of a worker. */
interface Connections {
  api: Queryable;
  worker: Queryable;
}

/** Runs that the operations use. */
interface Subjects {
  workerId: string;
  /** Ids of queued runs. */
  queued: readonly string[];
  /** The newest and the oldest run that succeeded. */
  newRun: string;
  oldRun: string;
}

/** A frequent operation of the product, with the product's statements. */
interface Operation {
  /** `nth` counts rounds from 0. */
  execute: (db: Connections, of: Subjects, nth: number) => Promise<unknown>;
  /** Default: 1. */
  runs?: number;
}

const listed = (options: Partial<Parameters<typeof listRuns>[1]>): Operation => ({
  execute: ({ api }) => listRuns(api, { limit: 50, cursor: null, ...options }),
});
const wanted = (which: 'due' | 'queued', olderThanMs: number): Operation => ({
  execute: ({ worker }) => findWantedRuns(worker, { which, olderThanMs, limit: 1000, after: null }),
});

const OPERATIONS: Readonly<Record<string, Operation>> = {
  'submit a run': { execute: ({ api }) => submitRuns(api, [submission()]) },
  'claim ten runs': {
    runs: 10,
    execute: ({ worker }, of, nth) =>
      claimRuns(worker, { workerId: of.workerId, runIds: tenOf(of, nth) }),
  },
  'load changes of ten runs': {
    runs: 10,
    execute: ({ worker }, of, nth) =>
      loadChanges(
        worker,
        tenOf(of, nth).map((runId) => ({ runId, applied: [] })),
      ),
  },
  'load the steps of a run': { execute: ({ worker }, { newRun }) => loadSteps(worker, newRun) },
  'look for what is due': wanted('due', 0),
  'look for what is queued': wanted('queued', 2000),
  'list the newest runs': listed({}),
  'list failed runs of a workflow': listed({ workflowName: 'ship-order', statuses: ['failed'] }),
  'search a word of every 4th run': listed({ search: 'tokyo' }),
  'search a word of 40 runs': listed({ search: 'rare' }),
  'search an id': {
    execute: ({ api }, { oldRun }) => listRuns(api, { limit: 50, cursor: null, search: oldRun }),
  },
  'page of a new run': {
    execute: ({ api }, { newRun }) => readPage(api, newRun),
  },
  'page of an old run': {
    execute: ({ api }, { oldRun }) => readPage(api, oldRun),
  },
};

async function readPage(api: Queryable, runId: string): Promise<unknown> {
  const run = await getRun(api, runId, { owner: null });
  return Promise.all([run && readDetail(api, run), readRunValues(api, runId, { outputs: false })]);
}

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
    title: null,
    stepsTotal: 10,
    timeoutMs: null,
    traceparent: null,
    parentSpanId: null,
    tracestate: null,
    idempotency: { key: id, requestHash: 'hash' },
    audit: { ...actor, action: 'submitRun', address: null, traceId: null },
  };
}

export interface Comparison {
  operation: string;
  small: Cost;
  large: Cost;
  /** Large to small, all pages. */
  ratio: number;
  /** Large to small, pages of leaves and rows only, because a larger B-tree has more levels. */
  ratioOfRows: number;
  /** Statements with accesses that only the large database has. */
  changedPlans: string[];
}

export function compare(
  small: ReadonlyMap<string, Cost>,
  large: ReadonlyMap<string, Cost>,
): Comparison[] {
  return [...small].map(([operation, before]) => {
    const after = large.get(operation)!;
    return {
      operation,
      small: before,
      large: after,
      ratio: after.buffers / before.buffers,
      ratioOfRows: (after.buffers - after.inner) / (before.buffers - before.inner),
      changedPlans: [...after.plans].flatMap(([name, accesses]) => {
        const others = changesOf(before.plans.get(name) ?? new Set(), accesses);
        return others.length === 0 ? [] : [`${name}: ${others.join(', ')}`];
      }),
    };
  });
}
