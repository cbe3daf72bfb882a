import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSlices } from '@aio/platform/slices';
import type { RequestContext } from '../http/request-state.ts';
import { takeTurns } from '../middleware/take-turns.ts';

/** Runs everything that needs no turn of the event loop, as Node.js does between two arrivals. */
const drained = () => new Promise((resolve) => process.nextTick(resolve));

test('requests that arrive together begin in turns, and probes do not wait', async () => {
  const begun: string[] = [];
  let nowMs = 0;
  const middleware = takeTurns(createSlices({ now: () => nowMs }));
  for (const url of ['/1', '/2', '/3', '/4', '/5', '/health']) {
    void middleware({ url, state: {} } as RequestContext, async () => {
      begun.push(url);
      nowMs += 10;
    });
    await drained();
  }
  assert.deepEqual(begun, ['/1', '/2', '/health']);
  for (let before = 3; begun.length < 6; before = begun.length) {
    await nextTurn();
    assert.ok(begun.length - before <= 2, `${begun.length - before} begin in one turn`);
  }
  assert.deepEqual(begun, ['/1', '/2', '/health', '/3', '/4', '/5']);
});
