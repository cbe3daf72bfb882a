import assert from 'node:assert/strict';
import { test } from 'node:test';
import { k6Thresholds } from '@aio/slo/k6-thresholds';
import * as promql from '@aio/slo/promql';
import {
  bucketsOf,
  countOf,
  select,
  selectForeign,
  selectProcess,
  selectUp,
  sumOf,
  withinBound,
} from './metrics/select.ts';
import { SLOS } from './objectives/slos.ts';
import { allEvents, badEvents, errorBudget } from '@aio/slo/slo';

test('selectors have the names and matchers of the catalogue', () => {
  const { promql: text } = select('queueDepth', { state: 'ready_steps', queue: { not: 'llm' } });
  assert.equal(text, 'aio_queue_depth{state="ready_steps",queue!="llm"}');
  assert.equal(
    countOf('stepExecution', { outcome: ['succeeded', 'failed'], kind: { matches: '$kind' } })
      .promql,
    'aio_step_execution_seconds_count{outcome=~"succeeded|failed",kind=~"$kind"}',
  );
  assert.equal(
    countOf('httpRequestDuration', { route: ['/runs/{id}', '/a.b'], job: 'api' }).promql,
    String.raw`aio_http_request_duration_seconds_count{route=~"/runs/\\{id\\}|/a\\.b",job="api"}`,
  );
  assert.equal(selectUp({ job: 'worker' }).promql, 'up{job="worker"}');
});

test('queries have parentheses only where needed', () => {
  const buckets = bucketsOf('stepExecution', { kind: 'llm' });
  assert.equal(
    promql.quantile(0.95, promql.sum(promql.rate(buckets, '5m'), ['le', 'outcome'])).promql,
    'histogram_quantile(0.95, sum by (le, outcome) (rate(aio_step_execution_seconds_bucket{kind="llm"}[5m])))',
  );
  const used = promql.sum(select('workerSlots', { state: 'used' }), ['job']);
  const all = promql.sum(select('workerSlots'), ['job']);
  assert.equal(
    promql.rest(promql.divide(used, promql.plus(used, all))).promql,
    '1 - sum by (job) (aio_worker_slots{state="used"}) / ' +
      '(sum by (job) (aio_worker_slots{state="used"}) + sum by (job) (aio_worker_slots))',
  );
  const [a, b] = [promql.max(select('activeRuns')), promql.max(select('httpEventStreams'))];
  const [x, y] = [a.promql, b.promql];
  assert.equal(promql.minus(a, promql.minus(b, a)).promql, `${x} - (${y} - ${x})`);
  assert.equal(promql.minus(promql.minus(a, b), a).promql, `${x} - ${y} - ${x}`);
  assert.equal(promql.times(promql.where(a, '>', 1), 2).promql, `(${x} > 1) * 2`);
  assert.equal(promql.where(promql.orZero(a), '==', 0).promql, `(${x} or vector(0)) == 0`);
  assert.equal(
    promql.unless(promql.where(a, '>', b), promql.and(b, a)).promql,
    `${x} > ${y} unless (${y} and ${x})`,
  );
});

test('series can be counted, ranked and averaged', () => {
  const seconds = promql.rate(sumOf('stepExecution', { kind: 'llm' }), '5m');
  const attempts = promql.rate(countOf('stepExecution', { kind: 'llm' }), '5m');
  assert.equal(
    promql.topk(3, promql.divide(seconds, attempts)).promql,
    'topk(3, rate(aio_step_execution_seconds_sum{kind="llm"}[5m]) / ' +
      'rate(aio_step_execution_seconds_count{kind="llm"}[5m]))',
  );
  assert.equal(promql.count(selectUp(), ['job']).promql, 'count by (job) (up)');
  assert.equal(promql.min(select('dependencyUp')).promql, 'min(aio_dependency_up)');
});

test('unknown names neither compile nor run', () => {
  const place = /^catalog\/promql\.test\.ts:\d+: /;
  const refuses = (make: () => unknown, message: RegExp) => {
    assert.throws(make, (error: Error) => {
      assert.match(error.message, place);
      assert.match(error.message, message);
      return true;
    });
  };
  // @ts-expect-error misspelt metric
  refuses(() => select('queueDeph'), /no metric queueDeph/);
  // @ts-expect-error a histogram has no series of its own name
  refuses(() => select('runDuration'), /runDuration is a histogram/);
  // @ts-expect-error misspelt label
  refuses(() => select('queueDepth', { sate: 'ready_steps' }), /no label sate/);
  // @ts-expect-error misspelt value
  refuses(() => select('queueDepth', { state: 'ready' }), /state is never ready/);
  // @ts-expect-error one of them misspelt
  refuses(() => select('queueDepth', { state: ['queued_runs', 'x'] }), /state is never x/);
  // @ts-expect-error not a bucket
  refuses(() => withinBound('stepQueueTime', 2), /no bucket 2/);
  // @ts-expect-error a bucket whose bound has two spellings
  refuses(() => withinBound('stepQueueTime', 30), /two spellings/);
  // @ts-expect-error no such metric of the process
  refuses(() => selectProcess('nodejs_eventloop_lag'), /no metric of the process/);
  const waits = promql.rate(bucketsOf('stepQueueTime'), '5m');
  // @ts-expect-error misspelt label
  refuses(() => promql.sum(waits, ['kin']), /no label kin/);
  const perKind = promql.sum(waits, ['kind']);
  // @ts-expect-error one side has no kind
  refuses(() => promql.divide(promql.sum(waits), perKind), /labels differ/);
  // @ts-expect-error both sides need the label
  refuses(() => promql.and(perKind, promql.sum(waits), ['kind']), /on both sides/);
  // @ts-expect-error values of a bounded label are named, not guessed
  assert.ok(select('queueDepth', { state: { matches: 'ready.*' } }));
});

test('thresholds of load tests are the objectives that a client can measure', () => {
  assert.deepEqual(k6Thresholds(SLOS), {
    'http_req_failed{traffic:requests}': ['rate<0.001'],
    'http_req_duration{traffic:requests}': ['p(99)<250'],
    load_run_failed: ['rate<0.05'],
    load_run_duration: ['p(95)<75500'],
    load_queue_time: ['p(99)<2500'],
    'http_reqs{traffic:requests}': ['count>0'],
  });
});

test('bad and all events of objectives follow from the declared counters', () => {
  assert.equal(errorBudget(SLOS.apiAvailability), 0.001);
  const perSecond = (name: string) =>
    `sum(${name} - ${name} offset 5m >= 0 or increase(${name}[5m])) / 300`;
  const dropped = perSecond('aio_telemetry_spans_dropped_total');
  assert.equal(badEvents(SLOS.telemetryLoss, '5m').promql, dropped);
  assert.equal(
    allEvents(SLOS.telemetryLoss, '5m').promql,
    `${dropped} + ${perSecond('aio_telemetry_spans_exported_total')}`,
  );
  for (const { title, description, objective } of Object.values(SLOS)) {
    assert.ok(objective > 0 && objective < 1, title);
    assert.match(description, /\.$/);
  }
});

test('selectors exist for series of the Prometheus client and of other programs', () => {
  assert.equal(
    selectProcess('process_open_fds', { job: 'worker' }).promql,
    'process_open_fds{job="worker"}',
  );
  const alerts = selectForeign('ALERTS', { alertstate: 'firing' });
  assert.equal(promql.ago(alerts, '1m').promql, 'ALERTS{alertstate="firing"} offset 1m');
  assert.throws(() => selectProcess('nodejs_gc_duration_seconds'), /is a histogram/);
  // @ts-expect-error misspelt label
  assert.throws(() => selectForeign('ALERTS', { state: 'firing' }), /no label state/);
});
