import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '@aio/platform/postgres/queryable';
import { startCollected } from '@aio/runtime/testing/telemetry';
import { createEngineBench } from './start-engine.ts';

const TRACE_ID = '6'.repeat(32);
const RUN_SPAN_ID = 'b7ad6b7169203331';
const SLOW_MS = 30;
const SLOW = new Set(['commit-progress', 'load-facts', 'load-messages']);
/** Longer than what the worker keeps in memory. */
const LONG = 'x'.repeat(10_000);
const WORKFLOW = `
  before: { type: transform, with: { value: ${LONG} } }
  call: { type: http, needs: [before], with: { url: "http://x/" } }
  after: { type: transform, needs: [call], with: { value: "\${{ steps.before.output }}" } }
`;

function slow(db: Queryable): Queryable {
  return {
    async query(query) {
      if (SLOW.has(query.name)) await sleep(SLOW_MS);
      return db.query(query);
    },
  };
}

test('commits, loads and evaluations are below their run', async (t) => {
  const receiver = await startCollected();
  const bench = await createEngineBench(t);
  const id = await bench.submit(WORKFLOW);
  await bench.select('update runs set traceparent = $1', `00-${TRACE_ID}-${RUN_SPAN_ID}-01`);
  // Another worker calls, so this one loads the end of the call.
  bench.start({ maxRuns: 0 });
  const engine = bench.start({ db: slow(bench.db), slots: 0 });
  assert.equal((await bench.finish(engine, id)).status, 'succeeded');
  const spans = await receiver.waitForSpans(TRACE_ID, (found) =>
    found.some(({ name }) => name.startsWith('run ')),
  );
  const work = spans.filter(({ name }) => /^(load|commit|evaluate .*)$/.test(name));
  for (const { name, parentSpanId } of work) assert.equal(parentSpanId, RUN_SPAN_ID, name);
  const isLong = ({ name, startTime, endTime }: (typeof work)[number], of: string) =>
    name === of && endTime - startTime >= SLOW_MS - 1;
  for (const name of ['load', 'commit'])
    assert.ok(
      work.some((one) => isLong(one, name)),
      name,
    );
  const steps = work
    .filter((one) => isLong(one, 'evaluate with'))
    .map(({ attributes }) => attributes['aio.step.id']);
  assert.ok(steps.includes('after'), `${steps}`);
});
