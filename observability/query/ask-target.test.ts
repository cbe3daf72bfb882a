import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askTarget, nameOf } from './ask-target.ts';

test('NaN samples and empty series are left out', async () => {
  const at = { from: 0, to: 10, stepSeconds: 5 };
  const prometheus = {
    query: async () => [],
    queryRange: async () => [
      {
        labels: { kind: 'a' },
        samples: [
          { at: 0, value: Number.NaN },
          { at: 5, value: 2 },
        ],
      },
      { labels: { kind: 'b' }, samples: [{ at: 0, value: Number.NaN }] },
    ],
  };
  assert.deepEqual(await askTarget(prometheus, { expr: 'up' }, {}, at), [
    { labels: { kind: 'a' }, samples: [{ at: 5, value: 2 }] },
  ]);
});

test('the legend names series', () => {
  const series = { labels: { __name__: 'up', job: 'api', x: 'a "b"' } };
  assert.equal(nameOf(series, '{{job}} of {{ x }}{{none}}'), 'api of a "b"');
});
