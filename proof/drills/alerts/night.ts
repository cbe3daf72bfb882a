import type { AlertTime } from '@aio/catalog/alerts/alert-times';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../kit/drill.ts';
import { ALERT_DRILLS, FAULT_SLOTS } from './all.ts';
import { namesOf } from '../../alert-faults/fault.ts';
import type { AlertDrill } from './kit/alert-drill.ts';
import { CALM_MS, untilArrived } from './kit/as-drill.ts';
import { breakAndMend } from './kit/course.ts';
import { RESOLVES_WITHIN_MS } from './kit/patience.ts';
import { type Stand, startStand } from './kit/stand.ts';

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
    limits: `${faults.map(({ fires }) => namesOf(fires)).join('; ')}; no other page`,
    aliases: faults.map((fault) => fault.name),
    async run(context) {
      const stand = await startStand(context, { bed: { env: FAULT_SLOTS } });
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
  return breakAndMend(
    fault,
    { ...stand, progress: (what) => progress(`${fault.name}: ${what}`) },
    {
      quietMs: QUIET_MS,
      resolveMs: RESOLVES_WITHIN_MS + QUIET_MS,
      well: () => sleep(CALM_MS),
      broken: untilArrived(fault),
    },
  );
}

function findFault(name: string): AlertDrill {
  return ALERT_DRILLS.find((drill) => drill.name === name)!;
}
