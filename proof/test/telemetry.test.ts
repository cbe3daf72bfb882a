import type { ReceivedLogRecord } from '@aio/runtime/otlp/otlp-logs';
import { type OtlpReceiver, startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { Redis } from 'ioredis';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sumMetric } from '@aio/tools/system/read-metric';
import { startTestSystem, type TestSystem } from '@aio/tools/testing/test-system';

const CALL = `
name: logged
input: { type: object, required: [simulator], properties: { simulator: { type: string } } }
steps:
  call: { type: http, with: { url: "\${{ input.simulator + '/work' }}" } }
  after: { type: transform, needs: [call], with: { value: 1 } }
`;
const PROFILING_TOKEN = 'the-token-of-this-test';

test('what a collector, a profiler and Redis see of a system', async (t) => {
  const receiver = await startOtlpReceiver();
  t.after(() => receiver.close());
  const system = await startTestSystem(t, {
    workers: 1,
    env: {
      LOG_LEVEL: 'info',
      TELEMETRY_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      PROFILING_TOKEN,
    },
    processEnv: (name): Record<string, string> =>
      name === 'api' ? { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,koa,pg' } : {},
  });
  await system.api.createWorkflow(CALL);
  const { id } = await system.api.submitRun('logged', { simulator: system.simulator.url });
  await system.api.waitForRun(id);
  const ofRun = ({ attributes }: ReceivedLogRecord) => attributes['aio.run.id'] === id;
  const all = await receiver.waitForLogRecords(
    (records) =>
      records.some((record) => ofRun(record) && record.eventName === 'aio.run.ended') &&
      records.some(({ attributes }) => attributes['http.route'] === '/api/v1/runs/{id}'),
  );
  const records = all.filter(ofRun);
  const [{ trace_id: traceId, owner } = { trace_id: '', owner: '' }] = linesOf(system, id);

  await t.test('each line of a run on standard output is one exported record', () => {
    const lines = linesOf(system, id);
    assert.ok(lines.length >= 2, 'one line for the call, one for the end');
    assert.deepEqual(
      records.map(idsOfRecord).toSorted(),
      lines.map((line) => FIELDS.map((field) => line[field]).join(' ')).toSorted(),
    );
  });

  await t.test('each record names run, workflow and owner, and has the trace', async () => {
    for (const { attributes, traceId: of, isSampled } of records)
      assert.deepEqual(
        [of, isSampled, attributes['aio.workflow.name'], attributes['aio.run.owner']],
        [traceId, true, 'logged', owner],
      );
    const end = records.find(({ eventName }) => eventName === 'aio.run.ended');
    await receiver.waitForSpans(traceId, (spans) =>
      spans.some(({ name, spanId }) => name === 'run logged' && spanId === end?.spanId),
    );
  });

  await t.test('each request is a record with method, route, status, time and trace', () => {
    const request = all.find(
      ({ attributes }) => attributes['http.route'] === '/api/v1/workflows/{name}/runs',
    )!;
    assert.equal(request.attributes['http.request.method'], 'POST');
    assert.equal(request.attributes['http.response.status_code'], 202);
    assert.ok(Number(request.attributes['duration_ms']) > 0);
    assert.equal(request.traceId, traceId);
    assert.equal(request.resource['service.name'], 'aio-api');
  });

  await t.test('the worker counts exported records', async () => {
    const name = 'aio_telemetry_log_records_exported_total';
    assert.ok((await sumMetric(system.workers, name)) >= records.length);
  });

  await t.test('OTEL_NODE_ENABLED_INSTRUMENTATIONS adds spans of Koa and PostgreSQL', async () => {
    const names = await traceRead(system, receiver, id);
    assert.ok(names.includes('GET /api/v1/runs/{id}'), 'next to its own');
    assert.ok(names.some((name) => name.startsWith('router - ')));
    assert.ok(names.some((name) => name.startsWith('pg.query:')));
  });

  await t.test('a caller with the token takes profiles', async () => {
    const take = async (token: string) => {
      const url = new URL('/profile/heap?seconds=1', system.workers[0]!.metricsUrl);
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(url, { method: 'POST', headers })).status;
    };
    assert.deepEqual([await take(''), await take(PROFILING_TOKEN)], [401, 200]);
  });

  await t.test('all processes share one pub/sub channel', async () => {
    const redis = new Redis(system.redisUrl);
    t.after(() => redis.disconnect());
    const channels = (await redis.call('PUBSUB', 'CHANNELS', `*${system.prefix}*`)) as string[];
    assert.equal(channels.length, 1, channels.join(', '));
  });
});

/** What a line and its record have in common. */
const FIELDS = ['time', 'level', 'event', 'msg', 'trace_id', 'span_id', 'step'] as const;

type Line = Record<(typeof FIELDS)[number] | 'owner', string>;

/** The lines of a run from all processes. */
function linesOf({ logsDir }: TestSystem, runId: string): Line[] {
  return readdirSync(logsDir)
    .filter((name) => /^(api|worker)/.test(name))
    .flatMap((name) => readFileSync(join(logsDir, name), 'utf8').split('\n'))
    .filter((line) => line.includes(`"run_id":"${runId}"`))
    .map((line) => JSON.parse(line) as Line);
}

function idsOfRecord(record: ReceivedLogRecord) {
  const { severityText, eventName, body, traceId, spanId, attributes } = record;
  const time = new Date(record.time).toISOString();
  return [time, severityText, eventName, body, traceId, spanId, attributes['aio.step.id']].join(
    ' ',
  );
}

/** Reads a run as a client that has started a trace. @returns names of the spans */
async function traceRead(system: TestSystem, receiver: OtlpReceiver, runId: string) {
  const [traceId, clientSpanId] = ['d'.repeat(32), 'b7ad6b7169203331'];
  const traceparent = `00-${traceId}-${clientSpanId}-01`;
  await system.api.request('GET', `/runs/${runId}`, undefined, { traceparent });
  const spans = await receiver.waitForSpans(traceId, (found) =>
    found.some(({ parentSpanId }) => parentSpanId === clientSpanId),
  );
  receiver.assertOneTree(traceId, { clientSpanId });
  return spans.map(({ name }) => name);
}
