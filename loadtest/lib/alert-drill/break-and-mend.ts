import type { AlertTime } from '@aio/catalog/alert-times';
import { waitUntil } from '../wait-until.ts';
import type { AlertDrill } from './drill.ts';
import { readHistory, readRuleErrors } from './history.ts';
import { isQuiet, type Seen } from './judge.ts';
import type { Stand } from './stand.ts';
import { judgeDrill } from './verdict.ts';
import { untilWell, watch } from './watch.ts';

/** The phases of a drill and their time limits. */
export interface Course {
  /** Divisor of the rules' times. */
  shorter: number;
  /** Waits while the system is healthy, before the fault. */
  well(): Promise<unknown>;
  /** Waits from the fault (`brokenAt`) to the repair. */
  broken(look: () => Promise<Seen>, brokenAt: number): Promise<unknown>;
  /** Longest time from the repair until all alerts have resolved. */
  resolveMs: number;
  /** Alerts count as resolved after this time without any. */
  quietMs: number;
}

/**
 * Waits until the system is healthy, breaks it, repairs it, waits until all alerts have resolved, and judges them.
 * @returns the times of each rule that had to fire
 */
export async function breakAndMend(
  drill: AlertDrill,
  stand: Stand,
  course: Course,
): Promise<AlertTime[]> {
  const wellAt = await untilWell(stand);
  const watchAlerts = watch(stand, wellAt);
  const look = async () => ({
    history: await watchAlerts(),
    arrivals: stand.receiver.arrivals,
  });
  stand.progress('the system is healthy');
  await course.well();
  const brokenAt = Date.now();
  const mend = await drill.inject!(stand);
  await course.broken(look, brokenAt);
  stand.progress('repairs it');
  await mend();
  const mendedAt = Date.now();
  const hasResolved = async () =>
    isQuiet(drill, (await look()).history, course.quietMs) &&
    Date.now() - mendedAt > course.quietMs;
  await waitUntil('resolves', course.resolveMs, hasResolved).catch(() => {});
  const { url } = stand.prometheus;
  const seen = { history: await readHistory(url, wellAt), arrivals: stand.receiver.arrivals };
  const times = { brokenAt, mendedAt };
  const { checks } = stand;
  const measured = judgeDrill(checks, drill, seen, times, course.shorter);
  for (const error of await readRuleErrors(url)) checks.that(false, error);
  return measured;
}
