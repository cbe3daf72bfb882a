import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { StepDefinition, WorkflowDefinition } from '../definition/schema.ts';
import { validateDefinition } from '../definition/validate.ts';
import { isStepTerminal } from './states.ts';
import { SimulatedRun } from './testing/simulated-run.ts';

const URL = 'http://x/';
const RETRY = { maxAttempts: 3, delay: '5ms' };

const FAILURES = ['fail', 'continue'] as const;
const JOINS = ['all_succeeded', 'none_failed', 'all_settled'] as const;

/** Each step has some of these properties, and needs some earlier steps. */
const STEP = fc.record({
  kind: fc.constantFrom('transform', 'broken', 'http', 'delay', 'approval', 'map', 'asks'),
  failure: fc.constantFrom(...FAILURES),
  join: fc.constantFrom(...JOINS),
  condition: fc.constantFrom(undefined, '${{ input.n > 2 }}', '${{ input.n > 5 }}'),
  needs: fc.array(fc.nat(6), { maxLength: 3 }),
});

function toStep(given: ReturnType<typeof stepOf>, index: number): StepDefinition {
  const { kind, failure, join, condition, needs } = given;
  const common = {
    ...(needs.length > 0 && index > 0 && { needs: namesBefore(needs, index) }),
    join,
    ...(condition && { if: condition }),
  };
  const onFailure = failure;
  switch (kind) {
    case 'transform':
      return { ...common, onFailure, type: 'transform', with: { value: '${{ input.n }}' } };
    case 'broken':
      return { ...common, onFailure, type: 'transform', with: { value: '${{ input.missing }}' } };
    case 'delay':
      return { ...common, onFailure, type: 'delay', with: { duration: '50ms' } };
    case 'approval':
      return { ...common, onFailure, type: 'approval', with: {} };
    case 'map':
      return {
        ...common,
        onFailure,
        type: 'map',
        over: '${{ [1, 2, 3, input.n] }}',
        concurrency: 2,
        step: { type: 'http', with: { url: URL }, retry: RETRY, onFailure },
      } as StepDefinition;
    case 'asks':
      return {
        ...common,
        onFailure,
        type: 'map',
        over: '${{ [1, 2, 3] }}',
        step: { type: 'approval', with: {}, onFailure },
      } as StepDefinition;
    default:
      return { ...common, onFailure, type: 'http', with: { url: URL }, retry: RETRY };
  }
}

function stepOf() {
  return fc.sample(STEP, 1)[0]!;
}

function namesBefore(needs: readonly number[], index: number): string[] {
  return [...new Set(needs.map((need) => `s${need % index}`))];
}

const DEFINITION = fc
  .array(STEP, { minLength: 1, maxLength: 7 })
  .map((steps): WorkflowDefinition => {
    const named = steps.map((step, index) => [`s${index}`, toStep(step, index)] as const);
    return { name: 'any', steps: Object.fromEntries(named) } as WorkflowDefinition;
  });

describe('a run, with any events in any order', () => {
  it('ends once, and ends, counts and numbers each step once', () => {
    fc.assert(
      fc.property(
        DEFINITION,
        fc.array(fc.nat(10_000), { maxLength: 120 }),
        (definition, choices) => {
          assert.deepEqual(validateDefinition(definition), []);
          let next = 0;
          const choose = (below: number) =>
            (choices[next++ % Math.max(1, choices.length)] ?? 0) % below;
          const run = new SimulatedRun(definition, choose);
          for (let move = 0; move < choices.length; move++) run.move();
          run.finish();
          check(run, definition);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function check(run: SimulatedRun, definition: WorkflowDefinition): void {
  const rows = [...run.rows.values()];
  assert.ok(run.isOver, `the run has not ended: ${JSON.stringify(rows)}`);
  for (const row of rows)
    assert.ok(isStepTerminal(row.status) && row.finishedAt !== null, `${row.step} ${row.status}`);
  for (const { step, iteration, attempt } of rows)
    assert.equal(
      run.ends.get(`${step} ${iteration}`) ?? 0,
      attempt,
      `ends of ${step} ${iteration}`,
    );
  for (const id of Object.keys(definition.steps))
    assert.ok(run.rows.has(`${id} -1`), `${id} has no row`);
  assert.deepEqual([run.stepsDone, run.stepsTotal], [rows.length, rows.length]);
  const succeeded = rows.filter((row) => row.iteration === -1 && row.status === 'succeeded');
  assert.equal(run.stepsSucceeded, succeeded.length);
  const numbers = [
    ...run.numbers,
    ...rows.flatMap(({ startedSeq, waitingSeq, finishedSeq }) => [
      startedSeq,
      waitingSeq,
      finishedSeq,
    ]),
  ].filter((number) => number !== null);
  const own = new Set(numbers);
  // The start of an attempt with a successor is in both rows.
  assert.ok(
    own.size >= numbers.length - run.executors.begun.length,
    'two events have the same number',
  );
  for (const row of rows) {
    for (const need of definition.steps[row.step]!.needs ?? []) {
      const parent = run.rows.get(`${need} -1`)!;
      if (row.startedAt !== null)
        assert.ok(row.readyAt! >= parent.finishedAt!, `${row.step} before ${need}`);
    }
  }
  if (run.status === 'succeeded') return;
  const failed = rows.filter(({ status, step, iteration }) => {
    const { onFailure } = definition.steps[step]!;
    return status === 'failed' && iteration === -1 && onFailure !== 'continue';
  });
  assert.ok(failed.length > 0, 'a step made the run fail');
}
