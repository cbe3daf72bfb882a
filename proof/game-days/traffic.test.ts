import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TRACED_ONE_OF, traceparentOfRun } from './traffic.ts';

test('one of twenty runs is traced, the others say that they are not', () => {
  const all = Array.from({ length: 2 * TRACED_ONE_OF }, (_, number) => traceparentOfRun(number));
  const untraced = all.filter((one) => one !== undefined);
  assert.equal(all.length - untraced.length, 2);
  for (const one of untraced) assert.match(one, /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
});
