import { testBadCases, testGoodCases, testSteps, value, withSteps } from '../testing/cases.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LANE } from './kind.ts';
import {
  EXPANDING_KIND_NAMES,
  expandsItems,
  isStepKind,
  LANE_SLOTS,
  LANES,
  STEP_KIND_NAMES,
  stepKind,
  waitsForOf,
  WORK_KIND_NAMES,
} from './registry.ts';

const approval = testSteps((given: object) => ({ type: 'approval', ...given }));

approval.accepts('an approval without with', {});
approval.accepts('a role that may decide', {
  with: { message: 'Ship ${{ input.version }}?', approver: { role: 'admin' } },
});

approval.finds('two approvers', { with: { approver: { role: 'x', user: 'y' } } }, [
  '/with/approver',
  'max_properties',
]);
approval.finds('an empty approver', { with: { approver: {} } }, [
  '/with/approver',
  'min_properties',
]);

const delay = testSteps((given: object) => ({ type: 'delay', with: given }));

delay.accepts('a duration', { duration: '365d' });
delay.accepts('a computed duration', { duration: '${{ input.pause }}' });

delay.finds('no duration', {}, ['/with', 'required']);
delay.finds('an invalid duration', { duration: 'soon' }, ['/with/duration', 'pattern']);
delay.finds('a long duration', { duration: '366d' }, ['/with/duration', 'limit']);

const map = testSteps((given: object) => ({
  type: 'map',
  over: [1],
  step: value,
  ...given,
}));

map.accepts('a map', {
  needs: ['a'],
  over: '${{ steps.a.output }}',
  concurrency: 3,
  onFailure: 'continue',
  step: {
    type: 'http',
    timeout: '5s',
    retry: { maxAttempts: 2 },
    onFailure: 'continue',
    with: { url: 'https://x.example/${{ item.id }}?i=${{ index }}' },
  },
});
map.accepts('a map over a list', { over: [1, '${{ input.x }}'] });

map.finds('a map in a map', { step: { type: 'map', over: [1], step: value } }, [
  '/step/type',
  'map_in_map',
]);
map.finds('a map over text', { over: 'abc' }, ['/over', 'over_expression']);
map.finds('a map that retries', { retry: { maxAttempts: 2 } }, ['/retry', 'unknown_field']);
map.finds('an item that needs', { step: { ...value, needs: ['a'] } }, [
  '/step/needs',
  'unknown_field',
]);
map.finds('too many items', { over: Array(1_001).fill(1) }, ['/over', 'limit']);
map.finds('a map with `with`', { with: {} }, ['/with', 'unknown_field']);

testBadCases([
  ['a map without step', withSteps({ b: { type: 'map', over: [1] } }), ['/steps/b', 'required']],
]);

const transform = testSteps((given: object) => ({ type: 'transform', with: given }));

transform.accepts('any value', { value: [null, { a: '${{ input.n + 1 }}' }] });

transform.finds('no value', {}, ['/with', 'required']);
transform.finds('a second value', { value: 1, values: 2 }, [
  '/with/values',
  'unknown_field',
  /value/,
]);
transform.finds('a secret', { value: '${{ secrets.token }}' }, [
  '/with/value',
  'secret_not_allowed',
]);

const wait = testSteps((given: object) => ({
  type: 'wait',
  timeout: '30d',
  with: given,
}));

wait.accepts('a wait for an event', { event: 'order.paid', key: 'order-${{ run.id }}' });

wait.finds(
  'an event without a key',
  { event: 'order paid' },
  ['/with', 'required'],
  ['/with/event', 'pattern'],
);
wait.finds('an empty key', { event: 'order.paid', key: '' }, ['/with/key', 'min_length']);

const workflow = testSteps((given: object) => ({ type: 'workflow', with: given }));

workflow.accepts('a run of another workflow', { workflow: 'other', version: 2, input: { n: 1 } });
workflow.accepts('a run of this workflow', { workflow: 'test' });

const child = { type: 'workflow', with: { workflow: '${{ item }}', version: '${{ index }}' } };
testGoodCases([['runs of a map', withSteps({ c: { type: 'map', over: [1, 2], step: child } })]]);

workflow.finds(
  'an invalid workflow name',
  { workflow: 'No Name', version: 0 },
  ['/with/workflow', 'pattern'],
  ['/with/version', 'minimum'],
);
workflow.finds(
  'a secret in the input of another run',
  { workflow: 'other', input: '${{ secrets.token }}' },
  ['/with/input', 'secret_not_allowed'],
);

test('finds a kind by its name, and ignores properties of prototypes', () => {
  for (const name of STEP_KIND_NAMES) assert.equal(stepKind(name).kind, name);
  assert.equal(isStepKind('constructor'), false);
  assert.equal(expandsItems('constructor'), false);
  assert.equal(waitsForOf('constructor'), null);
});

test('every kind is executed or expanded', () => {
  assert.deepEqual(
    [...WORK_KIND_NAMES, ...EXPANDING_KIND_NAMES].toSorted(),
    STEP_KIND_NAMES.toSorted(),
  );
});

test('a kind has slots if it has a separate lane', () => {
  for (const name of STEP_KIND_NAMES) {
    const { lane, slots } = stepKind(name);
    assert.equal(slots === undefined, lane === DEFAULT_LANE, name);
  }
  assert.deepEqual(
    [...LANE_SLOTS.keys()],
    LANES.filter((lane) => lane !== DEFAULT_LANE),
  );
  assert.equal(LANE_SLOTS.get(stepKind('http').lane), stepKind('http').slots);
});
