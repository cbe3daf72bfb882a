import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_TRACING } from '@aio/runtime/tracing';
import { LOOK_AGAIN_AFTER_MS } from '@aio/core/wake-up';
import { ringAhead } from './ring-workers.ts';

test('a ring ahead of its run is enough only while whoever hears it still looks again', async () => {
  const rung: (string | undefined)[] = [];
  const wakeUps = {
    async ring(runId?: string) {
      rung.push(runId);
      return true;
    },
  };
  const isRung = ringAhead({ tracing: NO_TRACING, wakeUps }, 'run');
  assert.equal(isRung(), true);
  await sleep(2 * LOOK_AGAIN_AFTER_MS);
  assert.equal(isRung(), false);
  assert.deepEqual(rung, ['run']);
});
