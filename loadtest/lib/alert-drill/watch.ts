import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../wait-until.ts';
import { type AlertSeries, countUp, readHistory } from './history.ts';
import { listActive } from './judge.ts';
import { figureOf } from './report.ts';
import type { Stand } from './stand.ts';

const WELL_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 300;

/**
 * Waits until Prometheus has scraped all processes and nothing fires. Right after its start, all targets
 * are down, and shortened rules fire within seconds.
 * @returns that moment, in milliseconds since 1970
 */
export async function untilWell({ bed, prometheus }: Stand): Promise<number> {
  const { apis, workers } = bed.system;
  await waitUntil('Prometheus has scraped all processes', WELL_WITHIN_MS, async () => {
    await sleep(LOOK_EVERY_MS);
    const up = await countUp(prometheus.url);
    const history = await readHistory(prometheus.url);
    const firing = listActive(history, { states: ['firing'] });
    return up === apis.length + workers.length && history.length > 0 && firing.length === 0;
  });
  return Date.now();
}

/** Reads the alerts, and shows them as progress when they change. */
export function watch(
  { prometheus, progress }: Stand,
  since: number,
): () => Promise<AlertSeries[]> {
  let before = '';
  return async () => {
    await sleep(LOOK_EVERY_MS);
    const history = await readHistory(prometheus.url, since);
    const names = (states: AlertSeries['state'][]) => [
      ...new Set(listActive(history, { states }).map(({ alert }) => alert)),
    ];
    const firing = names(['firing']);
    const pending = names(['pending']).filter((name) => !firing.includes(name));
    const now = [figureOf('firing', firing), figureOf('pending', pending)].join('; ');
    if (now !== before) progress(now);
    before = now;
    return history;
  };
}
