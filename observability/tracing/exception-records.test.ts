import assert from 'node:assert/strict';
import { logs, trace } from '@opentelemetry/api';
import { TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { after, test } from 'node:test';
import { type ExceptionSignal, withExceptionRecords } from './exception-records.ts';

const records: ReadableLogRecord[] = [];
const idle = { forceFlush: async () => undefined, shutdown: async () => undefined };
logs.setGlobalLoggerProvider(
  new LoggerProvider({
    processors: [{ ...idle, onEmit: (record) => void records.push(record) }],
  }),
);
after(() => logs.disable());

/** Ends a span of a library, which knows nothing of this, with an exception and another event. */
function endSpan(signal: ExceptionSignal): ReadableSpan {
  const ended: ReadableSpan[] = [];
  const processor = withExceptionRecords(
    { ...idle, onStart: () => undefined, onEnd: (span) => void ended.push(span) },
    { signal, nameOf: ({ name }) => `${name}.exception` },
  );
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('library');
  records.length = 0;
  const span = tracer.startSpan('pay');
  span.setAttribute('error.type', 'declined');
  span.addEvent('retry');
  span.recordException(new TypeError('the canary\n  is blue'));
  span.end();
  return ended[0]!;
}

test('an exception of any span is a log record of that span, without its message', () => {
  const span = endSpan('logs/dup');
  const [record, ...more] = records;
  assert.equal(more.length, 0);
  assert.equal(record!.eventName, 'pay.exception');
  assert.deepEqual([record!.severityNumber, record!.severityText], [13, 'warn']);
  assert.deepEqual(record!.spanContext?.spanId, span.spanContext().spanId);
  const { 'exception.stacktrace': stack, ...attributes } = record!.attributes;
  assert.deepEqual(attributes, {
    'event.name': 'pay.exception',
    'exception.type': 'TypeError',
    'error.type': 'declined',
  });
  assert.match(String(stack), /^at .*exception-records\.test\.ts:\d+/);
  assert.doesNotMatch(JSON.stringify(record!.attributes), /canary|blue/);
  assert.deepEqual(
    span.events.map(({ name }) => name),
    ['retry', 'exception'],
  );
});

test('with `logs`, the exported span has no exception, and is the same otherwise', () => {
  const span = endSpan('logs');
  assert.equal(records.length, 1);
  assert.deepEqual(
    span.events.map(({ name }) => name),
    ['retry'],
  );
  assert.deepEqual(
    [span.name, span.ended, span.attributes],
    ['pay', true, { 'error.type': 'declined' }],
  );
  assert.ok(trace.isSpanContextValid(span.spanContext()));
});
