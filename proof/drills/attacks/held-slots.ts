import { setTimeout as sleep } from 'node:timers/promises';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { waitUntil } from '@aio/tools/system/wait-until';
import type { Attack } from './attack.ts';

const SLOTS = 64;
const ITEMS = 400;
const DRIP_EVERY_MS = 1_000;
/** The worker fills its last slots within this time. */
const FILLED_AFTER_MS = 1_000;
const FILL_WITHIN_MS = 30_000;
const GIVE_UP_MS = 20_000;
const LIMIT_S = 5;
const LOOK_EVERY_MS = 100;

export const HELD_SLOTS: Attack = {
  name: 'held-slots',
  what: `a builder's map of ${ITEMS} calls a server that drips, and another builder calls one that answers`,
  limits: `the other's run ends after <= ${LIMIT_S} s`,
  async prepare({ open, checks, defer }) {
    let held = 0;
    const dripping = await startHttpServer((_, response) => {
      held += 1;
      const drip = setInterval(() => response.write(' '), DRIP_EVERY_MS);
      response.on('close', () => {
        clearInterval(drip);
        held -= 1;
      });
    });
    defer(dripping.close);
    const { bed, builder, other } = await open({ env: { WORKER_KINDS: `http:${SLOTS}` } });
    const step = { type: 'http' as const, with: { url: dripping.url }, timeout: '45s' };
    const over = Array.from({ length: ITEMS }, (_, item) => item);
    await builder.createWorkflow({
      name: 'dripped',
      steps: { calls: { type: 'map', over, concurrency: 1_000, step } },
    });
    await other.createWorkflow({ name: 'quick', steps: { call: bed.call('ms=20') } });
    return async () => {
      await builder.submitRun('dripped');
      await waitUntil('most slots are held', FILL_WITHIN_MS, () => held >= SLOTS / 2);
      await sleep(FILLED_AFTER_MS);
      const note = `${held} of ${SLOTS} slots were held`;
      const startedAt = performance.now();
      const { id } = await other.submitRun('quick');
      const isOver = async () => (await other.getRun(id)).finishedAt !== null;
      await waitUntil("the other's run", GIVE_UP_MS, isOver, LOOK_EVERY_MS).catch(() => {});
      const seconds = (performance.now() - startedAt) / 1000;
      checks.atMost("the other's run", seconds, LIMIT_S, 's');
      return [note];
    };
  },
};
