import { ARRIVES_WITHIN } from '@aio/catalog/alerts/alert-times';
import { listAlerts } from '@aio/catalog/alerts/alerts';
import { AFTERMATH } from '@aio/catalog/alerts/aftermath';
import { createTimeScale, inSeconds } from '@aio/slo/time-scale';
import type { AlertPromise } from '../../../alert-faults/fault.ts';

export const SHORTER = {
  /** The time limits of hard failures apply to the shipped rules. */
  hard: 1,
  /** An hour takes a minute. Rules of minutes reach the shortest times that a scale allows. */
  usual: 60,
  /** An hour takes ten seconds, because burn rates use ranges up to three days. */
  burns: 360,
} as const;

/** Time until a fault shows, in addition to the rules' times. Stuck runs need the longest, 60 s. */
const SHOWS_WITHIN_MS = 120_000;

/** Burn alerts resolve only after their long ranges, so drills that may cause one use a larger divisor. */
export function shorterFor(drill: AlertPromise): number {
  return mayBurn(drill) ? SHORTER.burns : SHORTER.usual;
}

/** Time limits of a drill's phases, with a reserve. */
interface Patience {
  fireMs: number;
  resolveMs: number;
}

/** Twice the limit of a ticket; the aftermath of a cause plus the time until Prometheus sees it. */
const HARD: Patience = {
  fireMs: 2000 * ARRIVES_WITHIN.ticket,
  resolveMs: SHOWS_WITHIN_MS + 1000 * inSeconds(AFTERMATH),
};

export function patience(drill: AlertPromise, scale: number): Patience {
  if (drill.hard && scale === 1) return HARD;
  const time = createTimeScale(scale);
  const [range, hold] = mayBurn(drill)
    ? [time.range('6h'), time.hold('3h')]
    : [time.range('15m'), time.hold('5m')];
  return {
    fireMs: SHOWS_WITHIN_MS + 1000 * (inSeconds(range) + inSeconds(hold)),
    resolveMs: SHOWS_WITHIN_MS + 2000 * inSeconds(range),
  };
}

function mayBurn({ fires, also = [] }: AlertPromise): boolean {
  const burns = new Set(listAlerts()['slo-burn']?.map(({ name }) => name));
  return [...fires, ...also].some(({ alert }) => burns.has(alert));
}
