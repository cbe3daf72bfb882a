import type { AlertTime } from '@aio/catalog/alerts/alert-times';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../../kit/drill.ts';
import { waitUntil } from '@aio/tools/system/wait-until';
import { type AlertPromise, namesOf } from '../../../alert-faults/fault.ts';
import type { AlertDrill } from './alert-drill.ts';
import { breakAndMend, type Course } from './course.ts';
import { expectedTimes } from './judge.ts';
import { FIRES_WITHIN_MS, RESOLVES_WITHIN_MS } from './patience.ts';
import { startStand } from './stand.ts';

/** Healthy time before the fault, in which nothing may fire and every range gets samples. */
export const CALM_MS = 75_000;
/** Alerts count as resolved after this time without any: three evaluations. */
const QUIET_MS = 45_000;
/** Longest time from firing to the receiver. Inhibited alerts never arrive. */
const ARRIVES_WITHIN_MS = 60_000;

export function asDrill(
  drill: AlertDrill,
  onMeasured: (measured: readonly AlertTime[]) => void,
): Drill {
  const { name, what, fires, also = [] } = drill;
  const mayFire = also.length > 0 ? `; may also fire: ${namesOf(also)}` : '';
  return {
    name,
    what,
    limits: `fires ${namesOf(fires)}${mayFire}; no others; all resolve`,
    aliases: fires.map(({ alert }) => alert),
    async run(context) {
      const stand = await startStand(context, drill);
      const measured = await breakAndMend(drill, stand, {
        quietMs: QUIET_MS,
        resolveMs: RESOLVES_WITHIN_MS,
        async well() {
          await sleep(CALM_MS);
          stand.progress('breaks it');
        },
        broken: untilArrived(drill),
      });
      onMeasured(measured);
    },
  };
}

/** Waits until every alert of the drill has fired and arrived, or until that takes too long. */
export function untilArrived(drill: AlertPromise): Course['broken'] {
  return async (look, brokenAt) => {
    const all = async (at: 'firingAt' | 'arrivedAt') =>
      expectedTimes(drill, await look(), brokenAt).every((times) => times[at] !== null);
    await waitUntil('fires', FIRES_WITHIN_MS, () => all('firingAt')).catch(() => {});
    await waitUntil('arrives', ARRIVES_WITHIN_MS, () => all('arrivedAt')).catch(() => {});
  };
}
