import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StepOutcome, Usage } from '@aio/core/run/step-outcome';
import type { DatabaseClock } from '@aio/platform/postgres/database-clock';
import type { StepKind } from '../../steps/step-kind.ts';
import { createStepCall } from '../../steps/testing/step-call.ts';
import { runAttempt } from './run-attempt.ts';

const MODEL = { provider: 'openai', model: 'gpt-0', timeToFirstTokenMs: null };
const USAGE: Usage = { ...MODEL, costUsd: 0.5 };
const CLOCK = { now: () => 1000 } as DatabaseClock;

async function usageOf(execute: StepKind['execute'], timeoutMs: number | null) {
  const abort = new AbortController();
  const call = createStepCall<unknown>({}, { signal: abort.signal });
  const { result } = await runAttempt({ kind: 'llm', execute }, call, abort, {
    limit: timeoutMs === null ? null : { timeoutMs, leftMs: timeoutMs },
    clock: CLOCK,
  });
  assert.equal(result.type, 'failed');
  return 'usage' in result ? result.usage : undefined;
}

test('an attempt that times out keeps what it cost', async () => {
  const never = new Promise<StepOutcome>(() => undefined);
  assert.equal(await usageOf(() => never, 1), null);
  const costly: StepKind['execute'] = (call) => {
    call.readUsage = () => USAGE;
    return never;
  };
  assert.deepEqual(await usageOf(costly, 1), USAGE);
});

test('an attempt whose output cannot be stored keeps what it cost', async () => {
  const output = 'x'.repeat(64 * 1024 * 1024);
  const outcome = { type: 'succeeded', output, usage: USAGE } as const;
  assert.deepEqual(await usageOf(() => outcome, null), USAGE);
});
