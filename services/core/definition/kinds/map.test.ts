import { testBadCases, testSteps, value, withSteps } from '../testing/cases.ts';

const { accepts, finds } = testSteps((given: object) => ({
  type: 'map',
  over: [1],
  step: value,
  ...given,
}));

accepts('a map', {
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
});
accepts('a map over a list', { over: [1, '${{ input.x }}'] });

finds('a map in a map', { step: { type: 'map', over: [1], step: value } }, [
  '/step/type',
  'map_in_map',
]);
finds('a map over text', { over: 'abc' }, ['/over', 'over_expression']);
finds('a map that retries', { retry: { maxAttempts: 2 } }, ['/retry', 'unknown_field']);
finds('an item that needs', { step: { ...value, needs: ['a'] } }, ['/step/needs', 'unknown_field']);
finds('too many items', { over: Array(10_001).fill(1) }, ['/over', 'limit']);
finds('a map with `with`', { with: {} }, ['/with', 'unknown_field']);

testBadCases([
  ['a map without step', withSteps({ b: { type: 'map', over: [1] } }), ['/steps/b', 'required']],
]);
