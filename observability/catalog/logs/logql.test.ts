import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineCount, linesWith, lineRate, lineTotal, mostLines, selectLines } from './logql.ts';

test('lines are selected by level, event and run', () => {
  assert.equal(selectLines({}).logql, '{service_name=~"aio-.+"}');
  assert.equal(
    selectLines({ level: 'warn', event: 'stepFailed', runId: '$run' }).logql,
    '{service_name=~"aio-.+"} | severity_number>=13 | event_name="aio.step.failed" | aio_run_id="$run" | aio_run_id!=""',
  );
});

test('values of conditions are quoted and escaped', () => {
  assert.equal(
    linesWith({ runId: 'r"1', traceId: 'a', event: 'aio.run.ended', level: 'info' }),
    '{service_name=~"aio-.+"} | severity_number>=9 | event_name="aio.run.ended" | aio_run_id="r\\"1" | trace_id="a"',
  );
});

test('lines are counted by labels of the record', () => {
  assert.equal(
    lineRate({}, '$__interval', ['service_name', 'severity_text']).logql,
    'sum by (service_name, severity_text) (rate({service_name=~"aio-.+"} [$__interval]))',
  );
  assert.equal(
    lineTotal({ level: 'error' }).logql,
    'sum (count_over_time({service_name=~"aio-.+"} | severity_number>=17 [$__range])) or vector(0)',
  );
  const counted = lineCount({ level: 'error' }, '$__range', ['aio_workflow_name']);
  assert.equal(
    mostLines(10, counted).logql,
    'topk(10, sum by (aio_workflow_name) (count_over_time({service_name=~"aio-.+"} | severity_number>=17 [$__range])))',
  );
  // @ts-expect-error unknown attribute
  lineCount({}, '$__range', ['workflow']);
});
