import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../drills/kit/drill.ts';
import { countRows } from '../oracles/rows.ts';
import { startLoop } from '../bed/loop.ts';
import { sumMetric } from '@aio/tools/system/read-metric';
import { waitUntil } from '@aio/tools/system/wait-until';

const STEPS = 200;
const OTHERS = 50;
const SAMPLE_EVERY_MS = 250;
const MODELS = { paused: 'openai/gpt-6-luna', other: 'anthropic/claude-haiku-5-5' };
const ANSWERED_WITHIN_S = 20;

export const pausedModel: Drill = {
  name: 'paused-model',
  what: `a vendor pauses a model, given by an expression, with a 429 while ${STEPS} of its steps wait`,
  limits: `no slot is held, ${OTHERS} steps of another model end within ${ANSWERED_WITHIN_S} s, all end`,
  alone: true,
  async run({ checks, full, startBed, progress }) {
    const bed = await startBed({ workers: 1 });
    const { db, system } = bed;
    const { simulator, workers } = system;
    const with_ = { model: '${{ input.model }}', prompt: 'Say something.', maxTokens: 32 };
    const over = '${{ input.items }}';
    const step = { type: 'llm' as const, with: with_, timeout: '180s' };
    const workflow = await bed.createWorkflow('asks', {
      asks: { type: 'map', over, concurrency: STEPS, step },
    });
    const items = (count: number) => Array.from({ length: count }, (_, index) => index);
    const pauseMs = full ? 60_000 : 10_000;

    await simulator.turn({ faults: { rateLimit: 1 }, retryAfterMs: pauseMs });
    const first = await bed.submit(workflow, { model: MODELS.paused, items: items(1) });
    const refused = `steps where run_id = $1 and error ->> 'code' = 'llm_rate_limited'`;
    await waitUntil('the 429', 20_000, async () => (await countRows(db, refused, [first])) > 0);
    const pausedAt = performance.now();
    await simulator.turn({ faults: { rateLimit: 0 } });
    const paused = await bed.submit(workflow, { model: MODELS.paused, items: items(STEPS) });
    // Their jobs reach the worker before we look.
    await sleep(2_000);
    progress('samples rows and slots');
    let samples = 0;
    const most = { rows: 0, slots: 0 };
    const watch = startLoop(SAMPLE_EVERY_MS, async () => {
      const runs = [[first, paused]];
      const held = `steps where run_id = any($1) and kind = 'llm' and status = 'running'`;
      most.rows = Math.max(most.rows, await countRows(db, held, runs));
      const used = await sumMetric(workers, METRICS.workerSlots.name, 'state="used"');
      most.slots = Math.max(most.slots, used);
      samples += 1;
    });
    // While all else is idle, each used slot would be one of a paused step.
    await sleep((pauseMs - (performance.now() - pausedAt)) / 2);
    await watch.stop();
    const startedAt = performance.now();
    const other = await bed.submit(workflow, { model: MODELS.other, items: items(OTHERS) });
    await system.api.waitForRun(other);
    const seconds = (performance.now() - startedAt) / 1000;
    checks.note(`${samples} samples of ${pauseMs / 1000} s`);
    checks.atMost('rows that run', most.rows, 0);
    checks.atMost('used slots', most.slots, 0);
    checks.atMost('the other model', seconds, ANSWERED_WITHIN_S, 's');
    const open = await countRows(db, 'runs where id = $1 and finished_at is null', [paused]);
    checks.that(open === 1, 'the pause had ended before the other model');
    progress('waits for the end of the pause');
    await bed.settle(pauseMs + 60_000);
    checks.rows(await bed.judge(), { fx: 2 });
  },
};
