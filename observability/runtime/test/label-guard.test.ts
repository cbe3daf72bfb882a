import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeries } from '../testing/series.ts';

const HOUR = 3_600_000;

describe('steps, which are counted within their workflow', () => {
  const FAILURES = 'aio_workflow_step_failures_total';

  test('a workflow of 200 steps keeps 30 names, and the next one its own', async () => {
    const { metrics, series } = createSeries('worker');
    for (let i = 0; i < 200; i += 1)
      metrics.workflowStepFailures.inc({ workflow: 'large', step: `s${i}`, heldBy: 'ada' });
    metrics.workflowStepFailures.inc({ workflow: 'small', step: 'first', heldBy: 'ada' });
    const lines = await series(FAILURES);
    assert.equal(lines.length, 32);
    assert.ok(lines.includes(`${FAILURES}{workflow="large",step="other"} 170`));
    assert.ok(lines.includes(`${FAILURES}{workflow="small",step="first"} 1`));
    const full = await series('aio_telemetry_label_places_full_total');
    assert.ok(full.every((line) => line.endsWith(' 0')));
  });

  test('the 201st pair of workflow and step counts as other, under its workflow', async () => {
    const { metrics, series } = createSeries('worker');
    for (let i = 0; i < 30; i += 1)
      for (let w = 0; w < 10; w += 1)
        metrics.workflowStepFailures.inc({ workflow: `w${w}`, step: `s${i}` });
    const lines = await series(FAILURES);
    assert.equal(lines.filter((line) => !line.includes('step="other"')).length, 200);
    const others = lines.filter((line) => line.includes('step="other"')).sort();
    assert.deepEqual(
      others,
      Array.from({ length: 10 }, (_, w) => `${FAILURES}{workflow="w${w}",step="other"} 10`),
    );
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
    for (const old of ['old', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'])
      for (let i = 0; i < 20; i += 1)
        metrics.workflowStepFailures.inc({ workflow: old, step: `s${i}` });
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

describe('when one owner has all places', () => {
  const ENDED = 'aio_workflow_runs_ended_total';

  test("another owner's workflow, model and host are seen, and full places are counted", async () => {
    const { metrics, series } = createSeries('worker');
    const record = (name: string, heldBy: string) => {
      metrics.workflowRunsEnded.inc({ workflow: name, outcome: 'failed', heldBy });
      metrics.llmUnpricedCalls.inc({ provider: 'openai', model: name, heldBy });
      metrics.hostCalls.observe({ host: name, heldBy }, 1);
    };
    for (let i = 0; i < 110; i += 1) record(`b${i}`, 'builder');
    record('order', 'ada');
    for (const [name, limit] of [
      [ENDED, 100],
      ['aio_llm_unpriced_calls_total', 100],
      ['aio_host_call_seconds_count', 50],
    ] as const) {
      const lines = await series(name);
      assert.equal(lines.length, limit + 1, name);
      assert.equal(lines.filter((line) => line.includes('"order"')).length, 1, name);
      assert.ok(!lines.some((line) => line.includes('"b0"')), name);
    }
    const full = await series('aio_telemetry_label_places_full_total');
    const counted = full.filter((line) => !line.endsWith(' 0')).sort();
    assert.deepEqual(counted, [
      'aio_telemetry_label_places_full_total{label="host"} 61',
      'aio_telemetry_label_places_full_total{label="model"} 11',
      'aio_telemetry_label_places_full_total{label="workflow"} 11',
    ]);
  });
});

test('200 steps have a place in all their metrics', async () => {
  const { metrics, series } = createSeries('worker');
  for (let w = 0; w < 50; w += 1)
    for (let s = 0; s < 4; s += 1)
      metrics.workflowStepTime.observe({ workflow: `w${w}`, step: `s${s}`, heldBy: 'ada' }, 1);
  const named = await series('aio_workflow_step_seconds_count');
  assert.equal(named.length, 200);
  assert.ok(!named.some((line) => line.includes('other')));
});

test('a metric whose label sets are used up counts full places', async () => {
  const { metrics, series } = createSeries('worker');
  for (let i = 0; i < 60; i += 1)
    metrics.runDuration.observe({ workflow: `w${i}`, heldBy: 'ada' }, 1);
  const named = (await series('aio_run_duration_seconds_count')).length - 1;
  assert.ok(named < 60);
  assert.ok(
    (await series('aio_telemetry_label_places_full_total')).includes(
      `aio_telemetry_label_places_full_total{label="workflow"} ${60 - named}`,
    ),
  );
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
