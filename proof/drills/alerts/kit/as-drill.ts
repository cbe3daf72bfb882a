import type { AlertTime } from '@aio/catalog/alerts/alert-times';
import { NEEDED_TRAFFIC_MINUTES } from '@aio/catalog/game-days';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../../kit/drill.ts';
import { waitUntil } from '@aio/tools/system/wait-until';
import { type AlertPromise, namesOf } from '../../../alert-faults/fault.ts';
import type { AlertDrill } from './alert-drill.ts';
import { breakAndMend, type Course } from './course.ts';
import { expectedTimes } from './judge.ts';
import { patience, SHORTER, shorterFor } from './scale.ts';
import { startStand } from './stand.ts';

/**
 * `calmMs`: healthy time before the fault, in which nothing may fire and every range gets samples.
 * `quietMs`: alerts count as resolved after this time without any; late burn alerts fire within it.
 * `arriveMs`: longest time from firing to the receiver. Inhibited alerts never arrive.
 */
export const PACES = {
  short: { calmMs: 5000, quietMs: 6000, arriveMs: 15_000 },
  full: { calmMs: 10_000, quietMs: 12_000, arriveMs: 15_000 },
  /** Shipped rules, with 15 s between scrapes and evaluations. */
  unscaled: { calmMs: 75_000, quietMs: 45_000, arriveMs: 60_000 },
};

/** Rules that compare with what is usual need this before a promise of `night` holds. */
const TRAFFIC_MS = NEEDED_TRAFFIC_MINUTES * 60_000;

interface Options {
  /** Divisor of the rules' times; the default depends on the drill. */
  shorter?: number | undefined;
  onMeasured?: (measured: readonly AlertTime[]) => void;
}

export function asDrill(drill: AlertDrill, options: Options = {}): Drill {
  const { name, what, fires, also = [] } = drill;
  const shorter = options.shorter ?? (drill.hard ? SHORTER.hard : shorterFor(drill));
  const scale = 1 / shorter;
  const mayFire = also.length > 0 ? `; may also fire: ${namesOf(also)}` : '';
  return {
    name,
    what,
    limits: `fires ${namesOf(fires)}${mayFire}; no others; all resolve; times 1/${shorter}`,
    aliases: fires.map(({ alert }) => alert),
    async run(context) {
      const stand = await startStand(context, drill, scale);
      if (drill.run) return drill.run(stand);
      const pace = shorter === 1 ? 'unscaled' : context.full ? 'full' : 'short';
      const { calmMs, quietMs, arriveMs } = PACES[pace];
      const { fireMs, resolveMs } = patience(drill, scale);
      const measured = await breakAndMend(drill, stand, {
        shorter,
        quietMs,
        resolveMs,
        async well() {
          const isScaledNight = drill.night !== undefined && shorter > 1;
          await sleep(Math.max(calmMs, isScaledNight ? TRAFFIC_MS * scale : 0));
          stand.progress('breaks it');
        },
        broken: untilArrived(drill, { fireMs, arriveMs }),
      });
      options.onMeasured?.(measured);
    },
  };
}

/** Waits until every alert of the drill has fired and arrived, or until that takes too long. */
export function untilArrived(
  drill: AlertPromise,
  { fireMs, arriveMs }: { fireMs: number; arriveMs: number },
): Course['broken'] {
  return async (look, brokenAt) => {
    const all = async (at: 'firingAt' | 'arrivedAt') =>
      expectedTimes(drill, await look(), brokenAt).every((times) => times[at] !== null);
    await waitUntil('fires', fireMs, () => all('firingAt')).catch(() => {});
    await waitUntil('arrives', arriveMs, () => all('arrivedAt')).catch(() => {});
  };
}
