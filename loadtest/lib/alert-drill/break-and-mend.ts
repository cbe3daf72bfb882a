import type { AlertTime } from '@aio/catalog/alert-times';
import { waitUntil } from '../wait-until.ts';
import type { AlertDrill } from './drill.ts';
import { readHistory, readRuleErrors } from './history.ts';
import { isQuiet, type Seen } from './judge.ts';
import type { Stand } from './stand.ts';
import { judgeDrill } from './verdict.ts';
import { untilWell, watch } from './watch.ts';

/** How a drill is gone through. */
export interface Course {
  /** How many times shorter the times of the rules are. */
  shorter: number;
  /** All is well: resolves when it has been so for long enough. */
  well(): Promise<unknown>;
  /** Something is broken, since `brokenAt`: resolves when it is to be mended. */
  broken(look: () => Promise<Seen>, brokenAt: number): Promise<unknown>;
  /** The longest that all may take to resolve. */
  resolveMs: number;
  /** Quiet for so long is resolved for good. */
  quietMs: number;
}

/**
 * Waits until all is well, breaks it, mends it, waits until all has resolved, and judges what fired.
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
  stand.progress('all is well');
  await course.well();
  const brokenAt = Date.now();
  const mend = await drill.inject!(stand);
  await course.broken(look, brokenAt);
  stand.progress('mends');
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
