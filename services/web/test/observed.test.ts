import { test } from 'node:test';
import { skipWithout } from './browser/programs.ts';
import { runParts } from './browser/run-parts.ts';
import { testBoards, testOutage } from './observed/boards.ts';
import { testPanels } from './observed/panels.ts';
import { testQueues } from './observed/queues.ts';
import { openObserved } from './observed/stand.ts';

const skip = skipWithout('chromium', 'webServer', 'prometheus');

/** In this order: boards need a lane that was never paused, and mostly failed runs; the outage is the end of Prometheus. */
const PARTS = {
  boards: testBoards,
  queues: testQueues,
  panels: testPanels,
  outage: testOutage,
};

test('the web UI of a system with Prometheus', { skip }, async (t) => {
  await runParts(t, await openObserved(t), PARTS);
});
