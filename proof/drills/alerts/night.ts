import type { AlertTime } from '@aio/catalog/alerts/alert-times';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../kit/drill.ts';
import { ALERT_DRILLS } from './all.ts';
import { namesOf } from '../../alert-faults/fault.ts';
import type { AlertDrill } from './kit/alert-drill.ts';
import { PACES, untilArrived } from './kit/as-drill.ts';
import { breakAndMend } from './kit/course.ts';
import { patience } from './kit/scale.ts';
import { type Stand, startStand } from './kit/stand.ts';
import { NIGHT_SLOTS } from './queue.ts';

/** After a fault, nothing new may fire for this long. */
const QUIET_MS = 300_000;

/**
 * The faults of a night on call, in the order of each stand. A stand has half an hour of traffic first. Faults that burn
 * a budget come last, because the hours after them are not like any other.
 */
const STANDS: Readonly<Record<string, readonly string[]>> = {
  'night-a': ['slow-service', 'frozen-worker', 'flood'],
  'night-b': ['llm-rate-limits', 'database-pauses', 'one-workflow-fails', 'frozen-database'],
  'night-c': ['llm-errors', 'redis-pauses', 'most-runs-fail'],
};

interface NightOptions {
  /** Of traffic before the first fault. */
  minutes: number;
  /** Names of faults; empty = all. */
  only: readonly string[];
  onMeasured: (times: readonly AlertTime[]) => void;
}

/** A drill for each stand, which `--jobs` may run side by side. */
export function nightDrills({ only, ...options }: NightOptions): Drill[] {
  return Object.entries(STANDS).flatMap(([name, names]) => {
    const chosen = names.filter((one) => only.length === 0 || only.includes(one));
    return chosen.length === 0 ? [] : [onOneStand(name, chosen.map(findFault), options)];
  });
}

function onOneStand(
  name: string,
  faults: readonly AlertDrill[],
  { minutes, onMeasured }: Omit<NightOptions, 'only'>,
): Drill {
  return {
    name,
    what: faults.map((fault) => fault.name).join(', '),
    limits: `${faults.map(({ fires }) => namesOf(fires)).join('; ')}; no other page; shipped rules`,
    aliases: faults.map((fault) => fault.name),
    async run(context) {
      const stand = await startStand(context, { bed: { env: NIGHT_SLOTS } }, 1);
      await passTraffic(stand, minutes);
      for (const fault of faults) onMeasured(await goThrough(fault, stand));
    },
  };
}

async function passTraffic({ progress }: Stand, minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed++) {
    progress(`traffic: ${passed} of ${minutes} min`);
    await sleep(60_000);
  }
}

async function goThrough(fault: AlertDrill, stand: Stand): Promise<AlertTime[]> {
  const { progress } = stand;
  const { fireMs, resolveMs } = patience(fault, 1);
  const { calmMs, arriveMs } = PACES.unscaled;
  return breakAndMend(
    fault,
    { ...stand, progress: (what) => progress(`${fault.name}: ${what}`) },
    {
      shorter: 1,
      quietMs: QUIET_MS,
      resolveMs: resolveMs + QUIET_MS,
      well: () => sleep(calmMs),
      broken: untilArrived(fault, { fireMs, arriveMs }),
    },
  );
}

/** Budgets burn for hours, so what `also` names may fire on, as after any hard failure. */
function findFault(name: string): AlertDrill {
  return { ...ALERT_DRILLS.find((drill) => drill.name === name)!, hard: true };
}
