import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sumMetric } from '../lib/read-metric.ts';
import { SIMULATOR_INPUT, workUrl } from '../lib/shapes.ts';
import { waitUntil } from '../lib/wait-until.ts';
import { startTestSystem, type TestSystem } from '../testing/test-system.ts';
import { receiverBackend, type TraceBackend } from '../testing/trace-backend.ts';

const RUNS = 10;
const CROWD = 300;
const WITHIN_MS = 60_000;
const NEAR_MS = 10;
/** Some milliseconds of the worker's CPU. */
const BUSY = '${{ input.list.filter(a, input.list.exists(b, b == a + 1000)).size() }}';

interface TimedRun {
  id: string;
  traceId: string;
  steps: { id: string; executionMs: number }[];
}

/** The execution time of an attempt in milliseconds, by source. */
interface Measured {
  step: string;
  outside: number;
  row: number;
  span: number;
  eventLoopActive: number;
}

test('rows, spans and metrics agree on how long a call took', async (t) => {
  const backend = await receiverBackend(t);
  const system = await startTestSystem(t, {
    workers: 1,
    env: { TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: backend.endpoint },
  });
  await system.simulator.turn({ latencyMs: 50, firstTokenMs: 100, tokenMs: 2 });
  await system.api.createWorkflow({
    name: 'calls',
    input: { ...SIMULATOR_INPUT, properties: { list: { type: 'array' } } },
    steps: {
      busy: { type: 'transform', with: { value: BUSY } },
      call: { type: 'http', needs: ['busy'], with: { url: workUrl(150) } },
      ask: {
        type: 'llm',
        needs: ['busy'],
        with: { model: 'openai/gpt-5-mini', prompt: 'Tell me about the weather in ten sentences.' },
      },
    },
  });
  const input = { simulator: system.simulator.url, list: [] as number[] };

  await t.test('on an idle system, they agree with the simulator', async (t) => {
    const ids: string[] = [];
    for (let nth = 0; nth < RUNS + 1; nth++) {
      const { id } = await system.api.submitRun('calls', input);
      await system.api.waitForRun(id);
      ids.push(id);
    }
    // The first run opens connections and compiles code.
    const attempts = await readAll(system, backend, ids.slice(1));
    for (const { step, outside, row, span } of attempts)
      for (const [name, ms] of [
        ['row', row],
        ['span', span],
      ] as const)
        assert.ok(
          Math.abs(ms - outside) <= Math.max(NEAR_MS, outside * 0.1),
          `${step}: ${name} ${ms} ms, outside ${outside} ms`,
        );
    const worst = Math.max(...attempts.map(({ row, outside }) => Math.abs(row - outside)));
    t.diagnostic(`${attempts.length} attempts, at most ${worst.toFixed(1)} ms apart`);
  });

  await t.test('the histogram has the same sum as the rows', async () => {
    for (const [step, kind] of [
      ['call', 'http'],
      ['ask', 'llm'],
    ]) {
      const { rows } = await system.db.query<{ seconds: number }>(
        `select extract(epoch from sum(finished_at - started_at))::float8 as seconds
         from steps where step = $1`,
        [step],
      );
      const name = 'aio_step_execution_seconds_sum';
      const seconds = await sumMetric(system.workers, name, `kind="${kind}"`);
      assert.ok(Math.abs(seconds - rows[0]!.seconds) < 0.02, `${kind}: ${seconds} s`);
    }
  });

  await t.test('on a busy system, they differ at most by the active event loop', async (t) => {
    const list = Array.from({ length: 60 }, (_, index) => index);
    const runs = await Promise.all(
      Array.from({ length: CROWD }, () => system.api.submitRun('calls', { ...input, list })),
    );
    await Promise.all(runs.map(({ id }) => system.api.waitForRun(id)));
    const ids = runs.map(({ id }) => id);
    const attempts = await readAll(system, backend, ids);
    for (const { step, outside, row, eventLoopActive } of attempts)
      assert.ok(
        row - outside <= eventLoopActive + NEAR_MS,
        `${step}: row ${row} ms, outside ${outside} ms, loop active ${eventLoopActive} ms`,
      );
    const beyond = attempts.map(({ row, outside }) => row - outside).toSorted((a, b) => a - b);
    t.diagnostic(
      `difference to the simulator: median ${beyond[beyond.length >> 1]} ms, most ${beyond.at(-1)} ms`,
    );
  });
});

async function readAll(
  { api, simulator }: TestSystem,
  backend: TraceBackend,
  ids: readonly string[],
): Promise<Measured[]> {
  const { tookMs } = await simulator.calls();
  const attempts: Measured[] = [];
  for (const id of ids) {
    const run = await api.get<TimedRun>(`/runs/${id}`);
    for (const step of ['call', 'ask']) {
      const isOwn = ({ name, attributes }: ReceivedSpan) =>
        name.startsWith('process ') && attributes['aio.step.id'] === step;
      const { attributes } = await waitUntil(`the span of ${step}`, WITHIN_MS, async () =>
        (await backend.read(run.traceId)).find(isOwn),
      );
      attempts.push({
        step,
        outside: tookMs[`${id}-${step}--1`]!,
        row: run.steps.find((one) => one.id === step)!.executionMs,
        span: Number(attributes['aio.execution_time_ms']),
        eventLoopActive: Number(attributes['aio.event_loop_active_ms']),
      });
    }
  }
  return attempts;
}
