import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainTime } from './explained-time.ts';
import type { ReceivedSpan } from '../otlp/otlp-json.ts';

function span(
  name: string,
  [startTime, endTime]: [number, number],
  parentSpanId: string | null = 'run',
  attributes: Record<string, unknown> = {},
): ReceivedSpan {
  const times = { startTime, endTime };
  const ids = { traceId: 't', spanId: name, parentSpanId };
  const rest = { links: [], events: [], resource: {}, scope: 's', scopeVersion: '1' };
  return { name, kind: 'internal', status: 'unset', attributes, ...ids, ...times, ...rest };
}

test('only leaf spans explain time, and each instant counts once', () => {
  const run = span('run', [100, 200], null);
  const spans = [
    run,
    span('wait of another', [100, 200], null),
    span('process runs', [100, 200]),
    span('queue', [90, 120]),
    span('step http', [100, 180]),
    span('process steps-http', [118, 182], 'step http'),
    span('GET', [125, 175], 'process steps-http'),
    span('load-facts', [170, 178], 'process steps-http'),
    span('step transform', [178, 198], 'run', { 'aio.queue_time_ms': 12 }),
  ];
  assert.deepEqual(explainTime(spans, run), {
    total: 100,
    explained: 20 + 53 + 8,
    gaps: [
      { from: 78, to: 90 },
      { from: 20, to: 25 },
      { from: 98, to: 100 },
    ],
  });
});
