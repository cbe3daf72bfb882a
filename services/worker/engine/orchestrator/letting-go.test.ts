import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from '@aio/core/definition/compile';
import type { WorkflowDefinition } from '@aio/core/definition/schema';
import type { ClaimedRun } from '@aio/core/run/rows';
import type { RunState } from '@aio/core/run/run-state';
import { HeldRun } from './held-run.ts';
import { noteIfLasting } from './letting-go.ts';

const PLAN = compilePlan({
  name: 'w',
  steps: { one: { type: 'transform', with: { value: 1 } } },
} as unknown as WorkflowDefinition);
const KEEPER = { advance: () => undefined, catchUp: async () => true };

function hold(was: ClaimedRun['was'], sinceMs: number): HeldRun {
  const run = new HeldRun({ claim: { was }, plan: PLAN } as RunState, KEEPER);
  return Object.defineProperty(run, 'heldSince', { value: performance.now() - sinceMs });
}

test('a run that lasts is reported once, by the worker that claimed it first', () => {
  const reported: RunState[] = [];
  const observer = {
    runLost: () => undefined,
    runLasts: (run: RunState) => void reported.push(run),
    troubled: () => undefined,
  };
  const first = hold('queued', 60_000);
  for (const run of [first, first, hold('released', 60_000), hold('queued', -60_000)])
    noteIfLasting(observer, run);
  assert.deepEqual(reported, [first.state]);
});
