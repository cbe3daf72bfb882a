import { readAttempts } from '../oracles/rows.ts';
import type { Drill } from '../drills/kit/drill.ts';

const RETRY_AFTER_MS = 3000;
/** Leaves time for Retry-After: it is part of the step's timeout. */
const STEP_TIMEOUT_MS = 10_000;
const FAULTY_ONCE = { faultyCalls: 1, retryAfterMs: RETRY_AFTER_MS };
const MODELS = { openai: 'openai/gpt-6-luna', anthropic: 'anthropic/claude-haiku-5-5' };
/** Faults of the simulator, and the codes that the attempt may fail with. */
const CASES = {
  rateLimit: ['llm_rate_limited'],
  serverError: ['llm_unavailable'],
  hang: ['timeout'],
  halfBody: ['llm_stream_broken', 'llm_connection_failed'],
} as const;

export const llmFailures: Drill = {
  name: 'llm-failures',
  what: 'both vendors answer 429 with Retry-After, 5xx, half a body or nothing at all, then work again',
  limits:
    'the retry waits for Retry-After, within the timeout; a step lasts at most its timeout + 2 s; retries share one key',
  async run({ checks, full, startBed, progress }) {
    const bed = await startBed();
    const { simulator } = bed.system;
    for (const [vendor, model] of Object.entries(MODELS))
      await bed.createWorkflow(vendor, {
        ask: {
          type: 'llm',
          with: { model, prompt: 'Say something.', maxTokens: 32 },
          timeout: `${STEP_TIMEOUT_MS}ms`,
          retry: { maxAttempts: 3, delay: '50ms' },
        },
      });
    for (let round = 0; round < (full ? 5 : 1); round++)
      for (const [kind, codes] of Object.entries(CASES)) {
        progress(kind);
        await simulator.turn({ ...FAULTY_ONCE, faults: { [kind]: 1 } });
        const runs = await Promise.all(Object.keys(MODELS).map((vendor) => bed.submit(vendor)));
        await bed.settle();
        await simulator.turn({ faults: { [kind]: 0 } });
        const { byKey } = await simulator.calls();
        for (const [index, run] of runs.entries()) {
          const name = `${Object.keys(MODELS)[index]} ${kind}`;
          const [first, second, ...more] = await readAttempts(bed.db, run, 'ask');
          if (!first || !second || more.length > 0) {
            checks.that(false, `${name}: the step did not have two attempts`);
            continue;
          }
          checks.that(
            codes.some((code) => code === first.code) && second.status === 'succeeded',
            `${name}: failed as ${first.code}, then ${second.status} ${second.code ?? ''}`,
          );
          checks.that(byKey[`${run}-ask--1`] === 2, `${name}: its two calls do not share a key`);
          const waitedMs = second.startedAt - first.finishedAt;
          const lastedMs = first.finishedAt - first.startedAt;
          if (kind === 'rateLimit') {
            checks.atLeast(`${name} waited`, waitedMs / 1000, RETRY_AFTER_MS / 1000, 's');
            checks.that(waitedMs < RETRY_AFTER_MS + 5000, `${name} waited ${waitedMs} ms`);
          }
          if (kind === 'hang')
            checks.atMost(`${name} lasted`, lastedMs / 1000, STEP_TIMEOUT_MS / 1000 + 2, 's');
        }
      }
    checks.rows(await bed.judge(), { fx: 2 });
  },
};
