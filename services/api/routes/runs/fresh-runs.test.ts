import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FreshRun } from '@aio/core/wake-up';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { NO_TRACING } from '@aio/runtime/tracing';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFreshRuns } from './fresh-runs.ts';

test('workers are rung for a run that none of them begins soon, and for no other', async () => {
  const told: string[] = [];
  const freshRuns = createFreshRuns({
    tracing: NO_TRACING,
    wakeUps: {
      async ring() {
        told.push('ring');
        return true;
      },
    },
    signals: {
      async publishFresh({ id }) {
        told.push(id);
        return true;
      },
    },
  });
  const announce = (id: string) => {
    const announcement = freshRuns.prepare({ id } as FreshRun);
    announcement.tell();
    return announcement;
  };
  announce('begun').written();
  freshRuns.begun('begun');
  const early = announce('begun early');
  freshRuns.begun('begun early');
  early.written();
  announce('refused').dropped();
  await sleep(50);
  assert.deepEqual(told, ['begun', 'begun early', 'refused']);
  freshRuns.begun('of another replica');
  announce('left').written();
  await waitUntil(async () => told.length === 5, { what: 'a ring' });
  assert.deepEqual(told.slice(3), ['left', 'ring']);
  freshRuns.prepare({ id: 'untold' } as FreshRun).written();
  assert.deepEqual(told.slice(5), ['ring']);
});
