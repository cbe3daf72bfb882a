import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics } from '../metrics.ts';

test('a block of the event loop is counted, whether or not a scrape follows', async () => {
  const { scrape } = createMetrics({
    process: 'worker',
    enabled: true,
    defaults: true,
    version: '0',
  });
  const until = performance.now() + 500;
  while (performance.now() < until);
  for (let blocked = 0; blocked < 0.4; await sleep(20)) {
    const { body } = await scrape();
    blocked = Number(/^aio_event_loop_blocked_seconds_total (\S+)$/m.exec(body)?.[1]);
    assert.ok(Number.isFinite(blocked), 'the series exists from the start');
  }
});
