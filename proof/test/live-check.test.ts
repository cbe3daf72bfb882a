import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { startTestSystem } from '@aio/tools/testing/test-system';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { checkResources } from '../verify/telemetry/check-telemetry.ts';
import { ALL_UNSEEN } from '../verify/telemetry/findings.ts';
import { createLoadClient } from '../verify/telemetry/load/client.ts';
import { driveLoad } from '../verify/telemetry/load/drive.ts';
import { BURST } from '../verify/telemetry/load/workflows.ts';
import { checkLogRecords } from '../verify/telemetry/logs/check-log-records.ts';
import { checkNames, scrapeProcesses } from '../verify/telemetry/scrape/check-names.ts';
import { checkPlaces } from '../verify/telemetry/spans/check-places.ts';
import { checkSpans } from '../verify/telemetry/spans/check-spans.ts';

test('a system exports only what the catalogue has, in traces, logs and metrics', async (t) => {
  const { spans, logRecords, processes } = await exportAll(t);
  t.diagnostic(`${spans.length} spans, ${logRecords.length} log records`);
  const traceIds = new Set(spans.map(({ traceId }) => traceId));
  const faults = [
    checkSpans(spans, ALL_UNSEEN),
    checkPlaces(spans, ALL_UNSEEN),
    checkResources([...spans, ...logRecords]),
    checkLogRecords(logRecords, traceIds, ALL_UNSEEN),
  ].flatMap((found) => found.faults);
  assert.deepEqual(faults, [], 'see observability/README.md, "Live check"');
  assert.deepEqual(checkNames(processes, { mayLackSeries: true }), []);

  await t.test('an attribute that the catalogue lacks is a fault', () => {
    const seeded = structuredClone(
      spans.find(
        ({ name, resource }) =>
          name === 'step http' && resource[ATTRIBUTES.serviceName] === 'aio-worker',
      )!,
    );
    seeded.attributes['aio.step.colour'] = 'red';
    assert.deepEqual(checkSpans([seeded], ALL_UNSEEN).faults, [
      'span "step {kind}" has aio.step.colour, which the catalogue does not list',
    ]);
  });
});

/** What two workers and an API export while they do everything that they can. */
async function exportAll(t: TestContext) {
  const receiver = await startOtlpReceiver();
  t.after(() => receiver.close());
  const system = await startTestSystem(t, {
    workers: 2,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      LOG_LEVEL: 'debug',
      RATE_LIMITS: 'login=2/1h',
    },
  });
  const { simulator, db } = system;
  const client = createLoadClient(system, simulator.url);
  await driveLoad({ client, simulator, db, burst: [...new Set(BURST)], say: () => {} });
  const processes = await scrapeProcesses(system);
  // The last spans of a process arrive before it ends.
  await system.stop();
  return { spans: receiver.spans(), logRecords: receiver.logRecords(), processes };
}
