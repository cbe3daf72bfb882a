import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { type OtlpReceiver, startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import type { Bed } from '../../bed/bed.ts';
import type { Drill } from '../kit/drill.ts';
import { median } from '../../bed/quantile.ts';
import { sumMetric } from '@aio/tools/system/read-metric';
import { SIMULATOR_INPUT, workUrl } from '@aio/loadtest/workflows/shapes';

const RUNS = 10;
const CROWD = 300;
const NEAR_MS = 10;
const NEAR_SHARE = 0.1;
/** Difference of a sum over all attempts. */
const NEAR_SUM_MS = 20;
/** Some milliseconds of the worker's CPU. */
const BUSY = '${{ input.list.filter(a, input.list.exists(b, b == a + 1000)).size() }}';
/** Lanes of the measured steps. */
const STEPS = { call: 'http', ask: 'llm' } as const;

interface TimedRun {
  id: string;
  traceId: string;
  steps: { id: string; executionMs: number }[];
}

/** The execution time of an attempt in milliseconds, by source. */
interface Measured {
  outside: number;
  row: number;
  span: number;
  eventLoopActive: number;
}

export const executionTimes: Drill = {
  name: 'execution-times',
  what: `times http and llm calls on an idle system, and with ${CROWD} runs at once`,
  limits: `rows and spans are within ${NEAR_MS} ms or 10 % of the simulator (busy: plus the active event loop); the histogram has the sum of the rows`,
  alone: true,
  async run({ checks, startBed, defer, progress }) {
    const receiver = await startOtlpReceiver();
    defer(() => receiver.close());
    const bed = await startBed({
      workers: 1,
      audit: false,
      env: { TELEMETRY_ENABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint },
    });
    const { api, simulator, workers } = bed.system;
    await simulator.turn({ latencyMs: 50, firstTokenMs: 100, tokenMs: 2 });
    const prompt = 'Tell me about the weather in ten sentences.';
    await api.createWorkflow({
      name: 'calls',
      input: { ...SIMULATOR_INPUT, properties: { list: { type: 'array' } } },
      steps: {
        busy: { type: 'transform', with: { value: BUSY } },
        call: { type: 'http', needs: ['busy'], with: { url: workUrl(150) } },
        ask: { type: 'llm', needs: ['busy'], with: { model: 'openai/gpt-5-mini', prompt } },
      },
    });
    const runOne = async (list: number[]) => {
      const { id } = await api.submitRun('calls', { simulator: simulator.url, list });
      await api.waitForRun(id);
      return id;
    };

    progress('runs on an idle system');
    const ids: string[] = [];
    // The first run opens connections and compiles code.
    for (let nth = 0; nth < RUNS + 1; nth++) ids.push(await runOne([]));
    const idle = await readAll(bed, receiver, ids.slice(1));
    for (const source of ['row', 'span'] as const) {
      const beyond = idle.map((attempt) => {
        const tolerance = Math.max(NEAR_MS, attempt.outside * NEAR_SHARE);
        return Math.abs(attempt[source] - attempt.outside) - tolerance;
      });
      checks.atMost(`idle: ${source} beyond its tolerance`, Math.max(0, ...beyond), 0, 'ms');
    }
    for (const [step, kind] of Object.entries(STEPS)) {
      const { rows } = await bed.db.query<{ ms: number }>(
        `select extract(epoch from sum(finished_at - started_at))::float8 * 1000 as ms
         from steps where step = $1`,
        [step],
      );
      const seconds = await sumMetric(workers, 'aio_step_execution_seconds_sum', `kind="${kind}"`);
      const apart = Math.abs(seconds * 1000 - rows[0]!.ms);
      checks.atMost(`sum of ${kind}, histogram against rows`, apart, NEAR_SUM_MS, 'ms');
    }

    progress(`${CROWD} runs at once`);
    const list = Array.from({ length: 60 }, (_, index) => index);
    const crowd = await Promise.all(Array.from({ length: CROWD }, () => runOne(list)));
    const busy = await readAll(bed, receiver, crowd);
    const late = busy.map(({ row, outside, eventLoopActive }) => row - outside - eventLoopActive);
    checks.atMost('busy: row beyond the active event loop', Math.max(...late), NEAR_MS, 'ms');
    const apart = busy.map(({ row, outside }) => row - outside);
    checks.note(
      `busy: median ${Math.round(median(apart))} ms, most ${Math.round(Math.max(...apart))} ms from the simulator`,
    );
  },
};

async function readAll(
  { system: { api, simulator } }: Bed,
  receiver: OtlpReceiver,
  ids: readonly string[],
): Promise<Measured[]> {
  const { tookMs } = await simulator.calls();
  const attempts: Measured[] = [];
  for (const id of ids) {
    const run = await api.get<TimedRun>(`/runs/${id}`);
    for (const step of Object.keys(STEPS)) {
      const isOwn = ({ name, attributes }: ReceivedSpan) =>
        name.startsWith('process ') && attributes['aio.step.id'] === step;
      const spans = await receiver.waitForSpans(run.traceId, (found) => found.some(isOwn));
      const { attributes } = spans.find(isOwn)!;
      attempts.push({
        outside: tookMs[`${id}-${step}--1`]!,
        row: run.steps.find((one) => one.id === step)!.executionMs,
        span: Number(attributes['aio.execution_time_ms']),
        eventLoopActive: Number(attributes['aio.event_loop_active_ms']),
      });
    }
  }
  return attempts;
}
