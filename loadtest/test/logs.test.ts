import type { ReceivedLogRecord } from '@aio/runtime/otlp/otlp-logs';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sumMetric } from '../lib/read-metric.ts';
import { startTestSystem, type TestSystem } from '../testing/test-system.ts';

const CALL = `
name: logged
input: { type: object, required: [simulator], properties: { simulator: { type: string } } }
steps:
  call: { type: http, with: { url: "\${{ input.simulator + '/work' }}" } }
  after: { type: transform, needs: [call], with: { value: 1 } }
`;

/** What a line and its record have in common. */
const FIELDS = ['time', 'level', 'event', 'msg', 'trace_id', 'span_id', 'step'] as const;

test('each line of a run on standard output is one exported log record, in the run’s trace', async (t) => {
  const receiver = await startOtlpReceiver();
  t.after(() => receiver.close());
  const system = await startTestSystem(t, {
    workers: 1,
    env: {
      LOG_LEVEL: 'info',
      TELEMETRY_ENABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    },
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

  await t.test('with the same time, level, message and ids', () => {
    const lines = linesOf(system, id);
    assert.ok(lines.length >= 2, 'one line for the call, one for the end');
    assert.deepEqual(
      records.map(idsOfRecord).toSorted(),
      lines.map((line) => FIELDS.map((field) => line[field]).join(' ')).toSorted(),
    );
  });

  await t.test('each names run, workflow and owner, and has the trace of its spans', async () => {
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
});

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
