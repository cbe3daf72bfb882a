import assert from 'node:assert/strict';
import { test } from 'node:test';
import { context } from '@opentelemetry/api';
import { observeDatabase } from '../observe-database.ts';
import { newSpanId, newTraceId } from '@aio/tracing/span-ids';
import { contextFromTraceparent } from '../trace-context.ts';
import { createTracing } from '../tracing.ts';
import { startTestTelemetry } from '../testing/telemetry.ts';

const SERVER = { host: 'db.example', port: 5433, database: 'aio' };
const QUERY = { name: 'get-thing', text: 'select * from things' };

test('queries and waits are spans of a sampled trace, and always measured', async (t) => {
  const { receiver, telemetry, close } = await startTestTelemetry();
  t.after(close);
  const measured: string[] = [];
  const observer = observeDatabase({
    metrics: {
      databaseQueryDuration: { observe: ({ query }) => void measured.push(query), zero() {} },
    },
    tracing: createTracing('@aio/test'),
  })(SERVER);
  const attempt = newSpanId();
  const [traceId, unsampled] = [newTraceId(), newTraceId()];

  // The attempt's span is exported later, under an id that was chosen before.
  context.with(contextFromTraceparent(`00-${traceId}-${attempt}-01`), () => {
    observer.wait()();
    observer.query(QUERY)(Object.assign(new Error('no'), { code: '42P01' }), '42P01');
  });
  context.with(contextFromTraceparent(`00-${unsampled}-${attempt}-00`), () => {
    observer.wait()();
    observer.query(QUERY)();
  });
  observer.query(QUERY)();

  const [wait, query, ...more] = await receiver.waitForSpans(traceId, ({ length }) => length >= 2);
  assert.deepEqual(more, []);
  const server = {
    'db.system.name': 'postgresql',
    'db.namespace': 'aio',
    'server.address': 'db.example',
    'server.port': 5433,
  };
  assert.deepEqual(
    [wait?.name, wait?.parentSpanId, wait?.attributes],
    ['acquire connection', attempt, server],
  );
  assert.deepEqual([query?.name, query?.parentSpanId], ['get-thing', attempt]);
  assert.deepEqual(query?.attributes, {
    ...server,
    'db.query.summary': 'get-thing',
    'db.operation.name': 'SELECT',
    'db.collection.name': 'things',
    'db.response.status_code': '42P01',
    'error.type': '42P01',
  });
  await telemetry.shutdown();
  assert.equal(receiver.spans().length, 2);
  assert.deepEqual(measured, ['get-thing', 'get-thing', 'get-thing']);
});
