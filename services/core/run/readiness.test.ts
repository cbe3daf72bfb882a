import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Join } from './readiness.ts';
import { createReadiness } from './readiness.ts';

/** `needs` of each step by index; joins default to all_succeeded. */
function graph(needs: number[][], joins: Record<number, Join> = {}) {
  return {
    steps: needs.map((parents, step) => ({
      needs: parents,
      dependants: needs.flatMap((others, other) => (others.includes(step) ? [other] : [])),
      join: joins[step] ?? ('all_succeeded' as const),
    })),
  };
}

describe('readiness', () => {
  it('starts with the steps without needs', () => {
    const readiness = createReadiness(graph([[], [], [0, 1]]));
    assert.deepEqual(readiness.begin(), { run: [0, 1], skip: [] });
  });

  it('starts a step after its last parent has settled', () => {
    const readiness = createReadiness(graph([[], [], [0, 1]]));
    assert.deepEqual(readiness.settle(0, 'succeeded'), { run: [], skip: [] });
    assert.deepEqual(readiness.settle(1, 'succeeded'), { run: [2], skip: [] });
    assert.equal(readiness.open(), 1);
  });

  it('skips all steps downstream of a failed step', () => {
    const readiness = createReadiness(graph([[], [0], [1], [2]]));
    assert.deepEqual(readiness.settle(0, 'failed'), { run: [], skip: [1, 2, 3] });
    assert.equal(readiness.open(), 0);
  });

  it('applies the join to skipped and failed parents', () => {
    const needs = [[], [], [0, 1], [0, 1], [0, 1]];
    const joins = { 2: 'all_succeeded', 3: 'none_failed', 4: 'all_settled' } as const;
    const skipped = createReadiness(graph(needs, joins));
    skipped.settle(0, 'succeeded');
    assert.deepEqual(skipped.settle(1, 'skipped'), { run: [3, 4], skip: [2] });
    const failed = createReadiness(graph(needs, joins));
    failed.settle(0, 'succeeded');
    assert.deepEqual(failed.settle(1, 'failed'), { run: [4], skip: [2, 3] });
  });

  it('continues a restored run', () => {
    const readiness = createReadiness(graph([[], [0], [0], [1, 2]]), [
      'succeeded',
      'succeeded',
      'pending',
      'pending',
    ]);
    assert.deepEqual(readiness.begin(), { run: [2], skip: [] });
    assert.deepEqual(readiness.settle(2, 'succeeded'), { run: [3], skip: [] });
  });

  it('ignores a second end of the same step', () => {
    const readiness = createReadiness(graph([[], [0]]));
    readiness.settle(0, 'succeeded');
    assert.deepEqual(readiness.settle(0, 'failed'), { run: [], skip: [] });
    assert.equal(readiness.status(0), 'succeeded');
  });

  it('skips a chain of 2,000 steps without a stack overflow', () => {
    const chain = {
      steps: Array.from({ length: 2_000 }, (_, step) => ({
        needs: step === 0 ? [] : [step - 1],
        dependants: step === 1_999 ? [] : [step + 1],
        join: 'all_succeeded' as const,
      })),
    };
    assert.equal(createReadiness(chain).settle(0, 'failed').skip.length, 1_999);
  });
});
