import assert from 'node:assert/strict';
import { test } from 'node:test';
import { starterOf } from './starter.ts';

test('names of starters are short, icons tell programs from people', () => {
  const program = starterOf({ who: 'service-account-aio-machine', via: 'bearer' });
  assert.deepEqual(program, { name: 'aio-machine', icon: 'i-lucide-bot' });
  const person = starterOf({ who: 'ada@example.com', via: 'session' });
  assert.deepEqual(person, { name: 'ada', icon: 'i-lucide-user-round' });
  for (const who of ['local', '@ada', 'service-account-'])
    assert.deepEqual(starterOf({ who, via: null }), { name: who, icon: null });
});
