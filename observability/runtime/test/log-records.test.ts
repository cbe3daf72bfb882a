import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../logger.ts';
import { createTracing } from '../tracing.ts';
import { startCollected } from '../testing/telemetry.ts';

const receiver = await startCollected();

function createLog() {
  const lines: string[] = [];
  const redact = (line: string) => line.replaceAll('canary', '[redacted]');
  const log = createLogger(
    { service: 'aio-test', level: 'debug', redact },
    { write: (line) => void lines.push(line) },
  );
  return { log, lines };
}

const arrived = async (body: string) => {
  const found = await receiver.waitForLogRecords((records) => records.some((r) => r.body === body));
  return found.find((record) => record.body === body)!;
};

test('a log record has ids, time, level, message and fields of its line', async () => {
  const { log, lines } = createLog();
  await createTracing('@aio/test').inServerSpan({ method: 'GET', headers: {} }, async () => {
    log.warn({ run_id: 'r1', step: 'fetch', workflow: 'triage', owner: 'ann', ms: 12 }, 'slow');
  });
  const line = JSON.parse(lines[0]!);
  const record = await arrived('slow');
  assert.deepEqual(
    [record.traceId, record.spanId, record.isSampled],
    [line.trace_id, line.span_id, true],
  );
  assert.equal(new Date(record.time).toISOString(), line.time);
  assert.deepEqual([record.severityNumber, record.severityText], [13, 'warn']);
  assert.deepEqual(record.attributes, {
    'aio.run.id': 'r1',
    'aio.step.id': 'fetch',
    'aio.workflow.name': 'triage',
    'aio.run.owner': 'ann',
    ms: 12,
  });
  assert.equal(record.resource['service.name'], 'aio-test');
  assert.equal(record.resource['service.instance.id'], 'instance-1');
});

test('a line outside of any span has no trace', async () => {
  createLog().log.debug('outside');
  const { traceId, spanId, severityNumber } = await arrived('outside');
  assert.deepEqual([traceId, spanId, severityNumber], [null, null, 5]);
});

test('a line about another span becomes a record of that span', async () => {
  const ids = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), trace_flags: '00' };
  await createTracing('@aio/test').inServerSpan({ method: 'GET', headers: {} }, async () => {
    createLog().log.info(ids, 'about another');
  });
  const { traceId, spanId, isSampled } = await arrived('about another');
  assert.deepEqual([traceId, spanId, isSampled], [ids.trace_id, ids.span_id, false]);
});

test('redacted values are in no record', async () => {
  const { log } = createLog();
  const before = receiver.logBodies.length;
  log.child({ deep: { 'a canary': 1 } }).error({ apiKey: 'k-123', err: new Error('canary') }, 'no');
  const { attributes } = await arrived('no');
  assert.equal(attributes['exception.message'], '[redacted]');
  assert.equal(attributes['apiKey'], '[redacted]');
  assert.doesNotMatch(receiver.logBodies.slice(before).join(), /canary|k-123/);
});

test('a thrown error becomes an exception, a failure an error type', async () => {
  const { log } = createLog();
  const err = Object.assign(new RangeError('too far'), { code: 'ERANGE', detail: 'x' });
  log.error({ err }, 'thrown');
  const thrown = (await arrived('thrown')).attributes;
  assert.deepEqual(
    [thrown['exception.type'], thrown['exception.message'], thrown['error.type']],
    ['RangeError', 'too far', 'ERANGE'],
  );
  assert.match(String(thrown['exception.stacktrace']), /^RangeError: too far\n +at /);
  assert.deepEqual(thrown['aio.error.details'], { code: 'ERANGE', detail: 'x' });

  log.info({ error: { code: 'http_status', message: '500', step: 'call' } }, 'failed');
  assert.deepEqual((await arrived('failed')).attributes, {
    'error.type': 'http_status',
    'error.message': '500',
    'aio.error.details': { step: 'call' },
  });
});
