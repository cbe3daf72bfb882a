import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAskedFor, type LogLine, printLogLine, readJsonLine } from './log-lines.ts';

const TEXT = JSON.stringify({
  level: 'warn',
  time: '2026-01-02T03:04:05.678Z',
  service: 'aio-worker',
  pid: 1,
  trace_id: 'a'.repeat(32),
  event: 'aio.step.failed',
  run_id: 'r1',
  step: 'call',
  error: { code: 'http_status', message: '500' },
  msg: 'A step failed',
});
const LINE: LogLine = {
  time: Date.parse('2026-01-02T03:04:05.678Z'),
  level: 'warn',
  service: 'aio-worker',
  message: 'A step failed',
  event: 'aio.step.failed',
  runId: 'r1',
  stepId: 'call',
  traceId: 'a'.repeat(32),
  error: 'http_status: 500',
  request: null,
  process: null,
};

test('a JSON line is parsed, also after a container name', () => {
  assert.deepEqual(readJsonLine(TEXT), LINE);
  assert.deepEqual(readJsonLine(`worker-1  | ${TEXT}`), LINE);
});

test('a request line has user, route and status', () => {
  const request = {
    method: 'GET',
    route: '/api/v1/runs',
    status: 429,
    duration_ms: 1.5,
    who: 'ann',
  };
  const line = readJsonLine(JSON.stringify({ ...JSON.parse(TEXT), ...request }))!;
  assert.equal(line.request, 'GET /api/v1/runs 429 1.5 ms by ann');
  assert.match(
    printLogLine(line),
    /aio-worker A step failed GET \/api\/v1\/runs 429 1\.5 ms by ann \(/,
  );
  const refused = readJsonLine(
    JSON.stringify({ ...JSON.parse(TEXT), route: 'unmatched', status: 400 }),
  );
  assert.equal(refused?.request, 'unmatched 400');
});

test('a line with a worker or a port names the process', () => {
  const ready = { ...JSON.parse(TEXT), pid: 7, worker_id: 'w1', metrics_port: 9465 };
  const line = readJsonLine(JSON.stringify(ready))!;
  assert.equal(line.process, 'worker=w1 metrics=9465 pid=7');
  assert.match(printLogLine(line), / worker=w1 metrics=9465 pid=7$/);
});

test('lines of other programs are left out', () => {
  for (const text of ['', 'at Object.<anonymous> {', '{"half', '{"a":1}', '[]'])
    assert.equal(readJsonLine(text), undefined, text);
});

test('a filter keeps lines that match all conditions', () => {
  const cases: [Parameters<typeof isAskedFor>[1], boolean][] = [
    [{}, true],
    [{ runId: 'r1', traceId: 'a'.repeat(32), event: 'aio.step.failed' }, true],
    [{ runId: 'r2' }, false],
    [{ traceId: 'b' }, false],
    [{ event: 'aio.run.ended' }, false],
    [{ level: 'info' }, true],
    [{ level: 'warn' }, true],
    [{ level: 'error' }, false],
    [{ since: LINE.time }, true],
    [{ since: LINE.time + 1 }, false],
  ];
  for (const [filter, wanted] of cases)
    assert.equal(isAskedFor(LINE, filter), wanted, JSON.stringify(filter));
});

test('a line is printed with its context', () => {
  assert.equal(
    printLogLine(LINE),
    `2026-01-02T03:04:05.678Z WARN  aio-worker A step failed (http_status: 500) event=aio.step.failed run=r1 step=call trace=${'a'.repeat(32)}`,
  );
});
