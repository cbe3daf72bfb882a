import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Pool } from '@aio/platform/postgres/pool';
import { createHeartbeat } from './heartbeat.ts';

const LEASE_MS = 6000;
const EVERY_MS = LEASE_MS / 3;
const WORKER = { id: 'w', version: '1', kinds: [], lanes: {}, slots: 1, leaseMs: LEASE_MS };

/** A heartbeat whose reports the test answers one by one. `seen` has what became of them. */
function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const reports: PromiseWithResolvers<void>[] = [];
  const seen: string[] = [];
  const query = async ({ name }: { name: string }) => {
    if (name !== 'report-worker') return { rows: [] };
    const report = Promise.withResolvers<void>();
    reports.push(report);
    await report.promise;
    return { rows: [] };
  };
  const heartbeat = createHeartbeat({
    worker: WORKER,
    db: { query } as unknown as Pool,
    engine: {
      beat: async () => {},
      executing: () => 0,
      heldRuns: () => 0,
      outage: { begin: () => void seen.push('away'), end: () => void seen.push('back') },
    },
    throughput: { lastMinute: () => ({}) },
    queueWorkers: {
      pause: async () => void seen.push('pause'),
      resume: () => void seen.push('resume'),
    },
    observer: {
      troubled: (what) => void seen.push(`could not ${what}`),
      workflowsStored: () => void seen.push('answered'),
    },
  });
  t.after(() => heartbeat.stop());
  return {
    heartbeat,
    seen,
    async answer(nth: number) {
      reports[nth]!.resolve();
      await settle();
    },
    async fail(nth: number) {
      reports[nth]!.reject(new Error('no database'));
      await settle();
    },
    async pass(ms: number) {
      t.mock.timers.tick(ms);
      await settle();
    },
  };
}

/** Lets all promises settle that wait for nothing outside. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('a worker whose report fails takes no jobs until another is answered', async (t) => {
  const { heartbeat, seen, answer, fail, pass } = setUp(t);
  const starting = heartbeat.start();
  await fail(0);
  await starting;
  assert.deepEqual(seen.splice(0), ['pause', 'away', 'could not send its heartbeat']);
  await pass(EVERY_MS);
  await answer(1);
  assert.deepEqual(seen.splice(0), ['answered', 'back', 'resume']);
  await pass(EVERY_MS);
  await answer(2);
  assert.deepEqual(seen, ['answered']);
});

test('a silent database counts as away, and a late report changes nothing', async (t) => {
  const { heartbeat, seen, answer, fail, pass } = setUp(t);
  const starting = heartbeat.start();
  await answer(0);
  await starting;
  await pass(EVERY_MS);
  seen.length = 0;
  await pass(2 * EVERY_MS);
  assert.deepEqual(seen.splice(0), ['pause', 'away']);
  await answer(2);
  assert.deepEqual(seen.splice(0), ['answered', 'back', 'resume']);
  await fail(1);
  assert.deepEqual(seen, ['could not send its heartbeat']);
});

test('a draining worker does not take jobs again', async (t) => {
  const { heartbeat, seen, answer, fail } = setUp(t);
  const starting = heartbeat.start();
  await fail(0);
  await starting;
  seen.length = 0;
  const draining = heartbeat.drain();
  await answer(1);
  await draining;
  assert.deepEqual(seen, ['answered']);
});
