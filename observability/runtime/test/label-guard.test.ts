import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeries } from '../testing/series.ts';

const HOUR = 3_600_000;

describe('steps, which are counted within their workflow', () => {
  const FAILURES = 'aio_workflow_step_failures_total';

  test('the 201st pair of workflow and step counts as other, under its workflow', async () => {
    const { metrics, series } = createSeries('worker');
    for (let i = 0; i < 100; i += 1)
      for (const workflow of ['a', 'b', 'c'])
        metrics.workflowStepFailures.inc({ workflow, step: `s${i}` });
    const lines = await series(FAILURES);
    assert.equal(lines.filter((line) => !line.includes('step="other"')).length, 200);
    const others = lines.filter((line) => line.includes('step="other"')).sort();
    assert.deepEqual(others, [
      `${FAILURES}{workflow="a",step="other"} 33`,
      `${FAILURES}{workflow="b",step="other"} 33`,
      `${FAILURES}{workflow="c",step="other"} 34`,
    ]);
  });

  test('steps of other workflows are other', async () => {
    const { metrics, series } = createSeries('worker');
    for (let i = 0; i < 102; i += 1)
      metrics.workflowStepFailures.inc({ workflow: `w${i}`, step: 'same' });
    const lines = await series(FAILURES);
    assert.equal(lines.length, 101);
    assert.ok(lines.includes(`${FAILURES}{workflow="other",step="other"} 2`));
  });

  test('an idle step loses its place after a day, and so does a workflow with its steps', async () => {
    let time = 0;
    const { metrics, series } = createSeries('worker', { now: () => time });
    for (let i = 0; i < 200; i += 1)
      metrics.workflowStepFailures.inc({ workflow: 'old', step: `s${i}` });
    time = 24 * HOUR;
    metrics.workflowStepFailures.inc({ workflow: 'new', step: 'first' });
    let lines = await series(FAILURES);
    assert.ok(lines.includes(`${FAILURES}{workflow="new",step="first"} 1`));
    assert.ok(!lines.some((line) => line.includes('workflow="old",step="s0"')));
    assert.equal(lines.length, 200);
    for (let i = 0; i < 99; i += 1)
      metrics.workflowStepTime.zero({ workflow: `w${i}`, step: 'first' });
    lines = await series(FAILURES);
    assert.ok(!lines.some((line) => line.includes('workflow="old"')), 'no series of it is left');
  });
});

describe('owners', () => {
  const COST = 'aio_llm_cost_by_owner_usd_total';

  test('are subjects, or hashes of them if configured', async () => {
    const plain = createSeries('worker');
    plain.metrics.ownerLlmCost.inc({ owner: 'ada' }, 2);
    assert.deepEqual(await plain.series(COST), [`${COST}{owner="ada"} 2`]);
    const hashed = createSeries('worker', { hashOwners: true });
    hashed.metrics.ownerLlmCost.inc({ owner: 'ada' }, 2);
    hashed.metrics.ownerLlmCost.inc({ owner: 'ada' }, 1);
    // printf %s ada | sha256sum | cut -c 1-12
    assert.deepEqual(await hashed.series(COST), [`${COST}{owner="fdee430d40bd"} 3`]);
  });

  test('the 101st is other, hashed or not', async () => {
    for (const hashOwners of [false, true]) {
      const { metrics, series } = createSeries('worker', { hashOwners });
      for (let i = 0; i < 103; i += 1) metrics.ownerLlmCost.inc({ owner: `o${i}` });
      const lines = await series(COST);
      assert.equal(lines.length, 101);
      assert.ok(lines.includes(`${COST}{owner="other"} 3`));
    }
  });

  test('readings beyond the limit are summed', async () => {
    const { collect, series } = createSeries('api');
    const owners = Array.from({ length: 103 }, (_, i) => `o${i}`);
    collect(['ownerWaiting'], () => ({
      ownerWaiting: owners.map((owner) => ({
        labels: { owner, state: 'queued_runs' as const },
        value: 5,
      })),
    }));
    for (const time of ['first', 'second']) {
      const lines = await series('aio_queue_waiting_by_owner');
      const other = 'aio_queue_waiting_by_owner{owner="other",state="queued_runs"} 15';
      assert.ok(lines.includes(other), `${time} reading`);
    }
  });
});
