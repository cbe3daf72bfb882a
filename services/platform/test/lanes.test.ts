import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LANES } from '@aio/core/definition/kinds/registry';
import { v7 as uuidv7 } from 'uuid';
import { countJobRows } from '../queries/queues/count-job-rows.ts';
import { readLanes } from '../queries/queues/lane-facts.ts';
import { pauseLane, readLaneDepths, readPausedLanes, resumeLane } from '../queries/queues/lanes.ts';
import {
  countLostWorkers,
  listWorkers,
  removeWorker,
  reportWorker,
} from '../queries/queues/workers.ts';
import { createTestDatabase } from '../testing/database.ts';
import {
  claimRun,
  postWorkflow,
  select,
  startRun,
  submissionOf,
  submitRun,
  updateRun,
  workerReport,
} from './fixtures.ts';
import { pluck } from '../testing/pluck.ts';

test('lanes and workers', async (t) => {
  const { pool } = await createTestDatabase(t);
  const empty = {
    name: 'default',
    readySteps: 0,
    queuedRuns: 0,
    runningRuns: 0,
    waitingRuns: 0,
    oldestAgeSeconds: 0,
    workers: 0,
  };

  await t.test('lists all lanes from the start, with or without workers', async () => {
    const lanes = LANES.map((name) => ({ ...empty, name }));
    assert.deepEqual(await readLaneDepths(pool), lanes);
  });

  await t.test('depth counts ready steps and queued runs, and the age of the oldest', async () => {
    const workflow = await postWorkflow(pool, 'laned');
    const { runId } = await submitRun(pool, submissionOf(workflow));
    await updateRun(pool, runId, `created_at = now() - interval '90 s'`);
    const held = await startRun(pool, workflow);
    await held.commit([{ step: 'only', status: 'ready', attempt: 0, lane: 'other' }]);
    const depths = await readLaneDepths(pool);
    const [main, other] = ['default', 'other'].map((name) =>
      depths.find((one) => one.name === name),
    );
    assert.deepEqual({ ...main, oldestAgeSeconds: 0 }, { ...empty, queuedRuns: 1, runningRuns: 1 });
    assert.ok(main!.oldestAgeSeconds >= 90 && main!.oldestAgeSeconds < 120);
    assert.deepEqual([other?.name, other?.readySteps, other?.queuedRuns], ['other', 1, 0]);
  });

  await t.test('counts rows that want a worker, and those that have one', async (t) => {
    const { pool: db } = await createTestDatabase(t);
    const rows = async () => {
      const counted = await countJobRows(db);
      return Object.fromEntries(
        counted.map(({ lane, waiting, active }) => [lane, [waiting, active]]),
      );
    };
    const none = Object.fromEntries(LANES.map((lane) => [lane, [0, 0]]));
    assert.deepEqual(await rows(), none);

    const workflow = await postWorkflow(db, 'jobs', { call: { type: 'http' } });
    await submitRun(db, submissionOf(workflow));
    const held = await startRun(db, workflow);
    await held.commit([
      { step: 'call', iteration: 0, status: 'ready', attempt: 0, lane: 'http' },
      { step: 'call', iteration: 1, status: 'ready', attempt: 0, lane: 'http' },
      { step: 'call', iteration: 2, status: 'ready', attempt: 0, lane: 'llm' },
      { step: 'other', status: 'waiting' },
    ]);
    assert.deepEqual(await rows(), { ...none, default: [1, 1], http: [2, 0], llm: [1, 0] });

    await select(db, `update steps set status = 'running' where lane = 'http'`);
    await select(db, `update steps set attempt_ended_at = now() where iteration = 1`);
    assert.deepEqual((await rows())['http'], [0, 1], 'an attempt that has ended has no job');

    const set = (text: string) => select(db, `update runs set ${text} where id = $1`, held.runId);
    await set(`worker_id = null, wanted_at = now() + interval '1 hour'`);
    assert.deepEqual((await rows())['default'], [1, 0], 'it is not due');
    await set('wanted_at = now()');
    assert.deepEqual((await rows())['default'], [2, 0], 'it wants a worker again');
    await set(`worker_id = '${uuidv7()}'`);
    assert.deepEqual((await rows())['default'], [2, 0], 'so does one whose worker has died');
  });

  await t.test('the expected wait is backlog / throughput of the last minute', async (t) => {
    const { pool: db } = await createTestDatabase(t);
    const waits = async () => {
      const counted = await countJobRows(db);
      return Object.fromEntries(counted.map((of) => [of.lane, of.expectedWaitSeconds]));
    };
    const none = Object.fromEntries(LANES.map((lane) => [lane, 0]));
    assert.deepEqual(await waits(), none);

    const workflow = await postWorkflow(db, 'waits', { call: { type: 'http' } });
    const held = await startRun(db, workflow);
    const ready = { step: 'call', status: 'ready', attempt: 0 } as const;
    await held.commit(
      ['http', 'http', 'http', 'llm'].map((lane, iteration) => ({ ...ready, iteration, lane })),
    );
    assert.deepEqual(await waits(), { ...none, http: 180, llm: 60 }, 'nothing moves');

    const first = workerReport();
    await reportWorker(db, first);
    await reportWorker(db, { ...first, begun: { default: 7, http: 50 } });
    await reportWorker(db, workerReport({ begun: { http: 10 } }));
    await reportWorker(db, workerReport({ begun: { http: 9 }, state: 'draining' }));
    assert.deepEqual(await waits(), { ...none, http: 3, llm: 60 }, '3 of 60 a minute');

    await select(
      db,
      `update workers set heartbeat_at = now() - interval '16 s' where id = $1`,
      first.id,
    );
    assert.equal((await waits())['http'], 18, 'a silent worker begins none');
    await pauseLane(db, 'http');
    assert.equal((await waits())['http'], null, 'no worker shortens the wait for a paused lane');
    await resumeLane(db, 'http');
    assert.equal((await waits())['http'], 18);
  });

  await t.test('claims no runs of a paused lane until it is resumed', async () => {
    const workflow = await postWorkflow(pool, 'paused');
    const { runId } = await submitRun(pool, submissionOf(workflow));
    const claim = () => claimRun(pool, runId, uuidv7());
    const why = async () =>
      (await readLanes(pool, ['default'])).get('default')?.paused?.pauseReason;
    await pauseLane(pool, 'default', 'maintenance');
    await pauseLane(pool, 'default', 'again');
    assert.equal(await claim(), undefined);
    assert.deepEqual([...(await readPausedLanes(pool))], ['default']);
    assert.equal(await why(), 'maintenance');
    await resumeLane(pool, 'default');
    assert.equal((await claim())?.id, runId);
    assert.equal(await why(), undefined);
    await pauseLane(pool, 'default');
    assert.equal(await why(), null, 'the reason of before is forgotten');
    await resumeLane(pool, 'default');
  });

  await t.test('a worker is alive while it reports, by the database clock', async () => {
    const report = workerReport({ kinds: ['http', 'llm'] });
    await reportWorker(pool, report);
    await reportWorker(pool, { ...report, slotsUsed: 3, runsHeld: 2, state: 'draining' });
    const [worker] = await listWorkers(pool);
    assert.deepEqual(
      [worker?.kinds, worker?.slotsUsed, worker?.runsHeld, worker?.state, worker?.alive],
      [['http', 'llm'], 3, 2, 'draining', true],
    );
    assert.deepEqual([worker?.lanes, worker?.slots], [{ http: 6, llm: 2 }, 8]);
    await reportWorker(pool, { ...report, id: uuidv7(), kinds: ['http', 'transform'] });
    const served = async () =>
      (await readLaneDepths(pool)).filter(({ workers }) => workers > 0).map(({ name }) => name);
    assert.deepEqual(await served(), ['default', 'http'], 'one that drains takes nothing new');
    await select(pool, `update workers set heartbeat_at = now() - interval '16 s'`);
    assert.deepEqual(await served(), []);
    assert.deepEqual(pluck(await listWorkers(pool), 'state', 'runsHeld'), [
      ['lost', 0],
      ['lost', 0],
    ]);
    assert.equal(await countLostWorkers(pool), 2);
    await removeWorker(pool, report.id);
    assert.equal((await listWorkers(pool)).length, 1);
    assert.equal(await countLostWorkers(pool), 1, 'who shuts down in order is not lost');
    await select(pool, `update workers set heartbeat_at = now() - interval '61 minutes'`);
    assert.equal(await countLostWorkers(pool), 0, 'nor who is forgotten');
  });
});
