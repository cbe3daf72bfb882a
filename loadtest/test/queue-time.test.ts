import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sumMetric } from '../lib/read-metric.ts';
import { waitUntil } from '../lib/wait-until.ts';
import { startTestSystem } from '../testing/test-system.ts';
import { receiverBackend } from '../testing/trace-backend.ts';

const RUNS = 40;
const AWAY_S = 25;
const WITHIN_MS = 20_000;

const WAITED = `
name: waited
input: { type: object, required: [simulator], properties: { simulator: { type: string } } }
steps:
  call: { type: http, with: { url: "\${{ input.simulator + '/work' }}" } }
  after: { type: transform, needs: [call], with: { value: 1 } }
`;

test('rows, API, metrics and spans agree on how long runs waited for a worker', async (t) => {
  const backend = await receiverBackend(t);
  const system = await startTestSystem(t, {
    workers: 2,
    env: { TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: backend.endpoint },
  });
  const { api, db, workers } = system;
  await api.createWorkflow(WAITED);
  await Promise.all(workers.map((worker) => worker.signal('SIGTERM')));
  const ids: string[] = [];
  for (let nth = 0; nth < RUNS; nth++)
    ids.push((await api.submitRun('waited', { simulator: system.simulator.url })).id);
  // As if the workers were away for this long.
  await db.query(`update runs set created_at = created_at - $1::int * interval '1 second'`, [
    AWAY_S,
  ]);
  await Promise.all(workers.map((worker) => worker.restart()));

  const runs = await Promise.all(ids.map((id) => api.waitForRun(id)));
  for (const { queueTimeMs, steps } of runs as unknown as TimedRun[]) {
    assert.ok(queueTimeMs >= AWAY_S * 1000);
    const [call, after] = steps;
    assert.ok(call!.queueTimeMs >= queueTimeMs, 'the first step’s queue time includes the run’s');
    assert.ok(after!.queueTimeMs < 5000, 'a later step’s queue time begins after its parent');
  }

  const { rows } = await db.query<{ waited: string }>(
    `select count(*) as waited from steps
     where step = 'call' and started_at - ready_at >= $1::int * interval '1 second'`,
    [AWAY_S],
  );
  assert.equal(Number(rows[0]!.waited), RUNS);

  for (const [name, label] of [
    ['aio_run_queue_seconds', 'begins_with="lane"'],
    ['aio_step_queue_seconds', 'kind="http"'],
  ] as const) {
    // The worker commits the end first and counts it afterwards.
    await waitUntil(`${name} counts ${RUNS}`, WITHIN_MS, async () => {
      return (await sumMetric(workers, `${name}_count`, label)) === RUNS;
    });
    const short = await sumMetric(workers, `${name}_bucket`, `le="10",${label}`);
    assert.equal(short, 0, 'no wait is counted as short');
  }

  const { traceId } = runs[0] as unknown as TimedRun;
  const isCall = ({ name, attributes }: ReceivedSpan) =>
    name === 'queue' && attributes['aio.step.id'] === 'call';
  const call = await waitUntil('the span of a step', WITHIN_MS, async () =>
    (await backend.read(traceId)).find(isCall),
  );
  assert.ok(call.endTime - call.startTime >= AWAY_S * 1000);
});

/** The fields of a run that this test reads. */
interface TimedRun {
  traceId: string;
  queueTimeMs: number;
  steps: { queueTimeMs: number }[];
}
