import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AioError } from '@aio/core/errors';
import { v7 as uuidv7 } from 'uuid';
import {
  type BulkRequest,
  type BulkRun,
  claimBulkRuns,
  createBulkJob,
  getBulkJob,
  recordBulkRuns,
} from '../queries/runs/bulk-jobs.ts';
import { deleteOldBulkJobs } from '../queries/delete-old.ts';
import type { Pool } from '../postgres/pool.ts';
import { createTestDatabase } from '../testing/database.ts';
import { pluck } from '../testing/pluck.ts';
import { postWorkflow, select, submissionOf } from './fixtures.ts';
import { submitRuns } from '../queries/runs/submit-runs.ts';

const ACTOR = {
  subject: 'local',
  name: 'Local',
  via: 'bearer',
  action: 'startBulk',
  address: null,
  traceId: null,
} as const;

/** Makes runs of an owner, and jobs over them. */
async function createJobs(pool: Pool) {
  const workflow = await postWorkflow(pool, 'bulk');
  return {
    async submit(owner: string, count: number): Promise<string[]> {
      const runs = Array.from({ length: count }, () => submissionOf(workflow, { owner }));
      await submitRuns(pool, runs);
      return runs.map(({ id }) => id);
    },
    start: (
      request: Pick<BulkRequest, 'owner' | 'runIds'> & Partial<BulkRequest>,
      mostOpen = 100,
    ) =>
      createBulkJob(
        pool,
        { action: 'retry', onlyOwner: request.owner, actor: ACTOR, traceparent: null, ...request },
        { mostOpen },
      ),
  };
}

const finish = (pool: Pool, runs: readonly BulkRun[]) =>
  recordBulkRuns(
    pool,
    runs.map((run) => ({ ...run, error: null })),
  );

test('a bulk job leaves out runs of others and unknown ones', async (t) => {
  const { pool } = await createTestDatabase(t);
  const { submit, start } = await createJobs(pool);
  const [mine, theirs] = [await submit('ann', 2), await submit('bob', 1)];
  const runIds = [...mine, ...theirs, uuidv7()];
  const countsOf = async (id: string) => {
    const job = await getBulkJob(pool, id, null);
    return [job?.total, job?.notFound, job?.finishedAt === null];
  };

  assert.deepEqual(await countsOf(await start({ owner: 'ann', runIds })), [2, 2, true]);
  assert.deepEqual(await countsOf(await start({ owner: 'bob', runIds })), [1, 3, true]);
  assert.deepEqual(await countsOf(await start({ owner: 'eve', runIds })), [0, 4, false]);
  const admin = await start({ owner: 'ada', onlyOwner: null, runIds });
  assert.deepEqual(await countsOf(admin), [3, 1, true]);
});

test('the number of open bulk jobs per owner is limited', async (t) => {
  const { pool } = await createTestDatabase(t);
  const { submit, start } = await createJobs(pool);
  const runIds = await submit('ann', 1);
  const isRefusal = (error: unknown) => error instanceof AioError && error.code === 'bulk_limit';

  for (let job = 0; job < 3; job++) await start({ owner: 'ann', runIds }, 3);
  await assert.rejects(start({ owner: 'ann', runIds }, 3), isRefusal);
  await start({ owner: 'bob', runIds: await submit('bob', 1) }, 3);
  await finish(pool, await claimBulkRuns(pool, 10));
  await start({ owner: 'ann', runIds }, 3);
});

test('bulk jobs take turns', async (t) => {
  await t.test('one run per owner; cancellations before retries, older jobs first', async (t) => {
    const { pool } = await createTestDatabase(t);
    const { submit, start } = await createJobs(pool);
    const many = await submit('ann', 20);
    const retry = await start({ owner: 'ann', runIds: many });
    const cancel = await start({ owner: 'ann', action: 'cancel', runIds: many.slice(0, 8) });
    const other = await start({ owner: 'bob', runIds: await submit('bob', 20) });
    const short = await start({ owner: 'cat', runIds: await submit('cat', 1) });

    const claims: string[][] = [];
    for (const limit of [9, 8, 2]) {
      const claimed = await claimBulkRuns(pool, limit);
      claims.push(claimed.map(({ jobId }) => jobId));
    }
    const sorted = (...jobs: [string, number][]) =>
      jobs.flatMap(([id, count]) => Array.from({ length: count }, () => id)).toSorted();
    assert.deepEqual(
      claims.map((jobs) => jobs.toSorted()),
      [
        sorted([cancel, 4], [other, 4], [short, 1]),
        sorted([cancel, 4], [other, 4]),
        sorted([retry, 1], [other, 1]),
      ],
    );
  });

  await t.test('admins come first', async (t) => {
    const { pool } = await createTestDatabase(t);
    const { submit, start } = await createJobs(pool);
    const runIds = await submit('ann', 30);
    await start({ owner: 'ann', action: 'cancel', runIds });
    const admin = await start({ owner: 'ada', onlyOwner: null, runIds: runIds.slice(0, 3) });
    const claimed = await claimBulkRuns(pool, 5);
    const byAdmin = claimed.filter(({ jobId }) => jobId === admin);
    assert.deepEqual([claimed.length, byAdmin.length], [5, 3]);
  });

  await t.test('also if there are more owners than one claim takes', async (t) => {
    const { pool } = await createTestDatabase(t);
    const { submit, start } = await createJobs(pool);
    const waiting = new Set<string>();
    for (const owner of ['ann', 'bob', 'cat', 'dan']) {
      await start({ owner, runIds: await submit(owner, 250) });
      waiting.add(owner);
    }
    // A claim misses one of the four with probability 1/2, so 100 claims do with less than 10^-29.
    for (let turn = 0; turn < 100 && waiting.size > 0; turn++) {
      for (const { owner } of await claimBulkRuns(pool, 2)) waiting.delete(owner);
    }
    assert.deepEqual([...waiting], []);
  });

  await t.test('several APIs share a job, and none takes what another works', async (t) => {
    const { pool } = await createTestDatabase(t);
    const { submit, start } = await createJobs(pool);
    await start({ owner: 'ann', runIds: await submit('ann', 40) });
    const claims = await Promise.all([1, 2, 3, 4].map(() => claimBulkRuns(pool, 10)));
    const runs = pluck(claims.flat(), 'runId');
    assert.deepEqual([runs.length, new Set(runs).size], [40, 40]);
  });
});

test('a claim reads few rows, whatever the number of open runs', async (t) => {
  const { pool } = await createTestDatabase(t);
  const { submit, start } = await createJobs(pool);
  await select(
    pool,
    `with job as (
       insert into bulk_jobs (id, owner, only_owner, action, actor)
       select gen_random_uuid(), 'ann', 'ann', 'cancel', '{}' from generate_series(1, 60) returning id
     )
     insert into bulk_runs (job_id, run_id) select id, gen_random_uuid() from job, generate_series(1, 1000)`,
  );
  const admin = await start({
    owner: 'ada',
    onlyOwner: null,
    action: 'cancel',
    runIds: await submit('ann', 1),
  });
  for (const table of ['bulk_jobs', 'bulk_runs']) await select(pool, `analyze ${table}`);
  const { explaining, read } = countRows(pool, 'bulk_runs');
  await claimBulkRuns(explaining, 10);
  // One of each job to see that it has work, a hundred to choose from twice, and the claimed ones.
  assert.ok(read() < 61 + 2 * 101 + 2 * 10, `${read()} rows`);
  const [first] = await claimBulkRuns(pool, 1);
  assert.equal(first?.jobId, admin);
});

/** @returns a database that runs queries and rolls them back, and how many rows of the table they read */
function countRows(pool: Pool, table: string) {
  let rows = 0;
  interface Plan {
    'Relation Name'?: string;
    'Actual Rows': number;
    'Actual Loops': number;
    'Rows Removed by Filter'?: number;
    Plans?: Plan[];
  }
  function add(plan: Plan): void {
    if (plan['Relation Name'] === table)
      rows += (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
    plan.Plans?.forEach(add);
  }
  async function query({ text, values = [] }: { text: string; values?: unknown[] }) {
    const db = await pool.connect();
    try {
      await db.query({ name: 'begin', text: 'begin', prepare: false });
      const explain = `explain (analyze, format json) ${text}`;
      const answer = await db.query({ name: 'explain', text: explain, values, prepare: false });
      add(answer.rows[0]['QUERY PLAN'][0].Plan);
      await db.query({ name: 'rollback', text: 'rollback', prepare: false });
    } finally {
      db.release();
    }
    return { rows: [], rowCount: 0 };
  }
  return { explaining: { query } as unknown as Pool, read: () => rows };
}

test('deletes bulk jobs that ended long ago, with their results', async (t) => {
  const { pool } = await createTestDatabase(t);
  const { submit, start } = await createJobs(pool);
  const create = async (runs: number) =>
    start({ owner: 'local', action: 'cancel', runIds: await submit('local', runs) });
  const [first, second, recent] = [await create(2), await create(2), await create(1)];
  for (let claim = 0; claim < 3; claim++) await finish(pool, await claimBulkRuns(pool, 10));
  const open = await create(1);
  await select(
    pool,
    `update bulk_jobs set created_at = now() - interval '9 days',
       finished_at = case when id = any($1::uuid[]) then now() - interval '8 days' else finished_at end`,
    [first, second],
  );

  assert.equal(await deleteOldBulkJobs(pool, 1), 1);
  assert.equal(await getBulkJob(pool, first, null), null);
  assert.equal((await getBulkJob(pool, second, null))?.total, 2);
  assert.equal(await deleteOldBulkJobs(pool, 10), 1);
  assert.equal(await deleteOldBulkJobs(pool, 10), 0);
  const left = await select<{ job: string }>(
    pool,
    `select job_id as job from bulk_runs order by 1`,
  );
  assert.deepEqual(pluck(left, 'job'), [recent, open]);
});
