import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findReusable } from './reusable-steps.ts';

const DEFINITION = {
  steps: {
    report: { needs: ['each', 'fetch'] },
    each: { needs: ['fetch'] },
    fetch: {},
    flaky: {},
    after: { needs: ['fetch', 'flaky'] },
  },
};

describe('findReusable', () => {
  it('reuses succeeded steps, wherever the definition has them', () => {
    const all = new Set(['fetch', 'each', 'report', 'flaky', 'after']);
    const { whole, partly } = findReusable(DEFINITION, all);
    assert.deepEqual(new Set(whole), all);
    assert.deepEqual(partly, []);
  });

  it('does not reuse a succeeded step after a failed one', () => {
    const { whole, partly } = findReusable(DEFINITION, new Set(['fetch', 'after']));
    assert.deepEqual(whole, ['fetch']);
    assert.deepEqual(new Set(partly), new Set(['flaky', 'each']));
  });

  it('does not reuse items of a step whose parent runs again', () => {
    const { whole, partly } = findReusable(DEFINITION, new Set(['each']));
    assert.deepEqual(whole, []);
    assert.deepEqual(new Set(partly), new Set(['fetch', 'flaky']));
  });

  it('handles a chain of 2,000 and a fan of 2,000', () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `s${index}`);
    const chain = names.map((name, index) => [name, { needs: index > 0 ? [`s${index - 1}`] : [] }]);
    const fan = names.map((name, index) => [name, { needs: index > 0 ? ['s0'] : [] }]);
    for (const steps of [chain, fan]) {
      const { whole } = findReusable({ steps: Object.fromEntries(steps) }, new Set(names));
      assert.equal(whole.length, 2_000);
    }
  });
});
