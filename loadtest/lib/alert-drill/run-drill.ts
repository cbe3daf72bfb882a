import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../fault-drill/fault.ts';
import { waitUntil } from '../wait-until.ts';
import { breakAndMend } from './break-and-mend.ts';
import type { AlertDrill } from './drill.ts';
import { expectedTimes } from './judge.ts';
import { namesOf } from './report.ts';
import { patience, shorterFor } from './scale.ts';
import { startStand } from './stand.ts';

/**
 * `calmMs`: well for so long first; nothing may fire, and every range has something in it.
 * `quietMs`: quiet for so long is resolved for good; in full, also what burns late has shown by then.
 */
const PACES = {
  short: { calmMs: 5000, quietMs: 6000 },
  full: { calmMs: 10_000, quietMs: 12_000 },
};

/**
 * As the drill of faults does it: on servers of its own, with what goes wrong told the same way.
 * @param shorter how many times shorter the times of the rules are; by default as it suits the drill
 */
export function asFault(drill: AlertDrill, shorter?: number): Fault {
  const { name, what, fires, also = [] } = drill;
  const scale = 1 / (shorter ?? shorterFor(drill));
  const beside = also.length > 0 ? `; may as well: ${namesOf(also)}` : '';
  return {
    name,
    what,
    limit: `fires ${namesOf(fires)}${beside}; nothing else, all resolve`,
    alone: drill.alone ?? false,
    async run(context) {
      const stand = await startStand(context, { scale, ...(drill.bed && { bed: drill.bed }) });
      if (drill.run) return drill.run(stand);
      const { calmMs, quietMs } = PACES[context.full ? 'full' : 'short'];
      const { fireMs, resolveMs } = patience(drill, scale);
      return breakAndMend(drill, stand, {
        quietMs,
        resolveMs,
        async well() {
          await sleep(calmMs);
          stand.progress('breaks');
        },
        async broken(look, brokenAt) {
          const haveFired = async () =>
            expectedTimes(drill, await look(), brokenAt).every(({ firingAt }) => firingAt !== null);
          await waitUntil('fires', fireMs, haveFired).catch(() => {});
        },
      });
    },
  };
}
