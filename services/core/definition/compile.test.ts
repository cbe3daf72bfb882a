import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePlan } from './compile.ts';
import type { WorkflowDefinition } from './schema.ts';
import { validateDefinition } from './validate.ts';

const definition: WorkflowDefinition = {
  name: 'plan',
  input: { type: 'object', required: ['urls'] },
  timeout: '1h',
  steps: {
    last: {
      type: 'transform',
      needs: ['each', 'check'],
      join: 'none_failed',
      if: "steps.check.status == 'succeeded'",
      with: { value: '${{ steps.first.output }}' },
      onFailure: 'continue',
    },
    each: {
      type: 'map',
      needs: ['first'],
      over: '${{ steps.first.output }}',
      concurrency: 4,
      step: {
        type: 'http',
        with: { url: '${{ item }}', body: '${{ steps.first.output }}' },
        retry: { maxAttempts: 3, backoff: 'constant', delay: '2s' },
        onFailure: 'continue',
      },
    },
    check: { type: 'approval' },
    first: { type: 'transform', with: { value: '${{ input.urls }}' }, timeout: '1s' },
  },
  output: '${{ steps.last.output }}',
};

test('compiles names to indexes, durations to milliseconds, and adds defaults', () => {
  assert.deepEqual(validateDefinition(definition), []);
  const plan = compilePlan(definition);
  const [last, each, check, first] = plan.steps;
  assert.deepEqual(Object.fromEntries(plan.indexOf), { last: 0, each: 1, check: 2, first: 3 });
  assert.equal(plan.timeoutMs, 3_600_000);
  assert.deepEqual(plan.output!.reads, ['last']);
  assert.deepEqual([last!.needs, last!.dependants, last!.join], [[1, 2], [], 'none_failed']);
  assert.deepEqual(last!.reads, [3]);
  assert.deepEqual(last!.condition!.uses, ['check']);
  assert.equal(last!.onFailure, 'continue');
  assert.deepEqual([first!.dependants, first!.work.timeoutMs], [[1], 1_000]);
  assert.deepEqual([check!.work.timeoutMs, check!.onFailure], [null, 'fail']);
  assert.deepEqual(each!.reads, [3]);
  assert.equal(each!.map!.concurrency, 4);
  assert.equal(each!.map!.onItemFailure, 'continue');
  assert.deepEqual([each!.kind, each!.work.kind, each!.work.timeoutMs], ['map', 'http', 30_000]);
  const delays = { delayMs: 2_000, maxDelayMs: 60_000 };
  assert.deepEqual(each!.work.retry, { maxAttempts: 3, backoff: 'constant', ...delays });
});

test('input and evaluated with are validated', () => {
  const plan = compilePlan(definition);
  assert.deepEqual(plan.validateInput({ urls: [] }), []);
  const rules = plan.validateInput({}).map(({ rule }) => rule);
  assert.deepEqual(rules, ['required']);
  assert.deepEqual(plan.steps[1]!.work.validateWith({ url: 'https://x.example' }), []);
  const faults = plan.steps[1]!.work.validateWith({ url: 7, method: 'GET', more: 1 });
  assert.deepEqual(faults.map(({ pointer }) => pointer).toSorted(), ['/more', '/url']);
});

test('a step has the lane of its kind, and a map item has the lane of its own kind', () => {
  const plan = compilePlan(definition);
  const lanes = plan.steps.map(({ lane, work }) => `${lane} ${work.lane}`);
  const inline = 'default default';
  assert.deepEqual(lanes, [inline, 'default http', inline, inline]);
});

test('a workflow without an input schema accepts any input', () => {
  const plan = compilePlan({ name: 'a', steps: { a: { type: 'approval' } } });
  assert.deepEqual(plan.validateInput([1]), []);
  assert.equal(plan.output, null);
  assert.equal(plan.timeoutMs, null);
});

test('a map accepts lists that are larger than other results', () => {
  const plan = compilePlan({
    name: 'a',
    steps: {
      a: { type: 'map', over: '${{ input }}', step: { type: 'transform', with: { value: 1 } } },
    },
  });
  const input = Array.from({ length: 500 }, () => 'x'.repeat(1_000));
  const items = plan.steps[0]!.map!.over.evaluate({ input, run: { id: 'r' }, steps: {} });
  assert.deepEqual(items, input);
});

test('2,000 steps in a chain validate and compile', () => {
  const steps: WorkflowDefinition['steps'] = {};
  for (let step = 0; step < 2_000; step++) {
    steps[`s${step}`] = {
      type: 'transform',
      needs: step === 0 ? [] : [`s${step - 1}`],
      with: { value: step === 0 ? 1 : `\${{ steps.s${step - 1}.output + steps.s0.output }}` },
    };
  }
  const chain: WorkflowDefinition = { name: 'chain', steps };
  assert.deepEqual(validateDefinition(chain), []);
  const plan = compilePlan(chain);
  assert.equal(plan.steps.length, 2_000);
  assert.deepEqual(plan.steps[1_999]!.reads, [1_998, 0]);
});
