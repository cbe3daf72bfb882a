import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testBadCases, testGoodCases, value, withSteps } from '../testing/cases.ts';
import { kind } from './map.ts';

testGoodCases([
  [
    'a map',
    withSteps({
      b: {
        type: 'map',
        needs: ['a'],
        over: '${{ steps.a.output }}',
        concurrency: 3,
        onFailure: 'continue',
        step: {
          type: 'http',
          timeout: '5s',
          retry: { maxAttempts: 2 },
          onFailure: { fallback: '${{ item }}' },
          with: { url: 'https://x.example/${{ item.id }}?i=${{ index }}' },
        },
      },
    }),
  ],
  [
    'a map over a list',
    withSteps({ b: { type: 'map', over: [1, '${{ input.x }}'], step: value } }),
  ],
]);

testBadCases([
  [
    'a map in a map',
    withSteps({ b: { type: 'map', over: [1], step: { type: 'map', over: [1], step: value } } }),
    ['/steps/b/step/type', 'map_in_map'],
  ],
  [
    'a map over text',
    withSteps({ b: { type: 'map', over: 'abc', step: value } }),
    ['/steps/b/over', 'over_expression'],
  ],
  ['a map without step', withSteps({ b: { type: 'map', over: [1] } }), ['/steps/b', 'required']],
  [
    'a map that retries',
    withSteps({ b: { type: 'map', over: [1], step: value, retry: { maxAttempts: 2 } } }),
    ['/steps/b/retry', 'unknown_field'],
  ],
  [
    'an item that needs',
    withSteps({ b: { type: 'map', over: [1], step: { ...value, needs: ['a'] } } }),
    ['/steps/b/step/needs', 'unknown_field'],
  ],
  [
    'too many items',
    withSteps({ b: { type: 'map', over: Array.from({ length: 10_001 }, () => 1), step: value } }),
    ['/steps/b/over', 'limit'],
  ],
  [
    'a map with `with`',
    withSteps({ b: { type: 'map', over: [1], step: value, with: {} } }),
    ['/steps/b/with', 'unknown_field'],
  ],
]);

test('the engine expands it, and it takes no slot', () => {
  assert.deepEqual(
    [kind.expandsItems, kind.lane, kind.slots, kind.waitsFor],
    [true, 'default', null, null],
  );
});
