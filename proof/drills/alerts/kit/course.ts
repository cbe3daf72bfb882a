import type { AlertTime } from '@aio/catalog/alerts/alert-times';
import { setTimeout as sleep } from 'node:timers/promises';
import { scrapeTargets } from '@aio/tools/system/system';
import { waitUntil } from '@aio/tools/system/wait-until';
import type { AlertDrill } from './alert-drill.ts';
import { type AlertSeries, countUp, readHistory, readRuleErrors } from './history.ts';
import { figureOf, isQuiet, judgeDrill, listActive, type Seen } from './judge.ts';
import type { Stand } from './stand.ts';

const WELL_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 300;

export interface Course {
  well(): Promise<unknown>;
  /** Waits for the alerts of the fault that began at `brokenAt`. */
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
  const look = async () => ({ history: await watchAlerts(), arrivals: stand.receiver.arrivals });
  stand.progress('the system is healthy');
  await course.well();
  const brokenAt = Date.now();
  const mend = await drill.inject(stand);
  const { lastsMs } = drill;
  await (lastsMs === undefined ? course.broken(look, brokenAt) : sleep(lastsMs));
  stand.progress('repairs it');
  await mend();
  const mendedAt = Date.now();
  if (lastsMs !== undefined) await course.broken(look, brokenAt);
  const hasResolved = async () =>
    isQuiet(drill, (await look()).history, course.quietMs) &&
    Date.now() - mendedAt > course.quietMs;
  await waitUntil('resolves', course.resolveMs, hasResolved).catch(() => {});
  const { url } = stand.prometheus;
  const seen = { history: await readHistory(url, wellAt), arrivals: stand.receiver.arrivals };
  const { checks } = stand;
  const measured = judgeDrill(checks, drill, seen, { brokenAt, mendedAt });
  for (const error of await readRuleErrors(url)) checks.that(false, error);
  return measured;
}

/**
 * Waits until Prometheus has scraped all processes and nothing fires. Right after its start, all targets
 * are down.
 * @returns that moment, in milliseconds since 1970
 */
async function untilWell({ bed, prometheus }: Stand): Promise<number> {
  const targets = scrapeTargets(bed.system).flatMap(({ ports }) => ports);
  await waitUntil('Prometheus has scraped all processes', WELL_WITHIN_MS, async () => {
    await sleep(LOOK_EVERY_MS);
    const up = await countUp(prometheus.url);
    const history = await readHistory(prometheus.url);
    const firing = listActive(history, ['firing']);
    return up === targets.length && history.length > 0 && firing.length === 0;
  });
  return Date.now();
}

/** Reads the alerts, and shows them as progress when they change. */
function watch({ prometheus, progress }: Stand, since: number): () => Promise<AlertSeries[]> {
  let before = '';
  return async () => {
    await sleep(LOOK_EVERY_MS);
    const history = await readHistory(prometheus.url, since);
    const names = (states: AlertSeries['state'][]) => [
      ...new Set(listActive(history, states).map(({ alert }) => alert)),
    ];
    const firing = names(['firing']);
    const pending = names(['pending']).filter((name) => !firing.includes(name));
    const now = [figureOf('firing', firing), figureOf('pending', pending)].join('; ');
    if (now !== before) progress(now);
    before = now;
    return history;
  };
}
