import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSelfTimes } from './profile.ts';

test('self times add up per function and leave out idle time', () => {
  const node = (id: number, functionName: string, url: string) => ({
    id,
    callFrame: { functionName, url, lineNumber: 4 },
  });
  const times = findSelfTimes(
    {
      nodes: [
        node(1, '(idle)', ''),
        node(2, 'commit', 'file:///project/services/a.ts'),
        node(3, '', 'file:///project/services/b.ts'),
        // The same function with another caller.
        node(4, 'commit', 'file:///project/services/a.ts'),
      ],
      samples: [1, 2, 3, 4, 1],
      timeDeltas: [0, 9000, 2000, 1000, 1000],
    },
    '/project',
  );
  assert.deepEqual(times, [
    { name: 'commit services/a.ts:5', ms: 3, share: 0.75 },
    { name: '(anonymous) services/b.ts:5', ms: 1, share: 0.25 },
  ]);
});
