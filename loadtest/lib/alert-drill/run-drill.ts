import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultResult } from '../fault-drill/fault.ts';
import { waitUntil } from '../wait-until.ts';
import type { AlertDrill, AlertMatch } from './drill.ts';
import { type AlertSeries, countUp, readHistory, readRuleErrors } from './history.ts';
import { expectedTimes, isQuiet, listActive } from './judge.ts';
import { figureOf } from './report.ts';
import { type Patience, patience, shorterFor } from './scale.ts';
import { type Stand, startStand } from './stand.ts';
import { judgeDrill } from './verdict.ts';

/**
 * `calmMs`: well for so long first; nothing may fire, and every range has something in it.
 * `quietMs`: quiet for so long is resolved for good; in full, also what burns late has shown by then.
 */
const PACES = {
  short: { calmMs: 5000, quietMs: 6000 },
  full: { calmMs: 10_000, quietMs: 12_000 },
};
const WELL_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 300;

/**
 * As the drill of faults does it: on servers of its own, with what goes wrong told the same way.
 * @param shorter how many times shorter the times of the rules are; by default as it suits the drill
 */
export function asFault(drill: AlertDrill, shorter?: number): Fault {
  const { name, what, fires, also = [] } = drill;
  const scale = 1 / (shorter ?? shorterFor(drill));
  const beside = also.length > 0 ? `; may as well: ${names(also)}` : '';
  return {
    name,
    what,
    limit: `fires ${names(fires)}${beside}; nothing else, all resolve`,
    alone: drill.alone ?? false,
    async run(context) {
      const stand = await startStand(context, { scale, ...(drill.bed && { bed: drill.bed }) });
      if (drill.run) return drill.run(stand);
      const pace = PACES[context.full ? 'full' : 'short'];
      return injectAndMend(drill, stand, { ...patience(drill, scale), ...pace });
    },
  };
}

async function injectAndMend(
  drill: AlertDrill,
  stand: Stand,
  times: Patience & (typeof PACES)['full'],
): Promise<FaultResult> {
  const wellAt = await untilWell(stand);
  const look = watch(stand, wellAt);
  stand.progress('all is well');
  await sleep(times.calmMs);
  stand.progress('breaks');
  const brokenAt = Date.now();
  const mend = await drill.inject!(stand);
  const haveFired = async () => {
    const history = await look();
    return expectedTimes(drill, history, brokenAt).every(({ firingAt }) => firingAt !== null);
  };
  await waitUntil('fires', times.fireMs, haveFired).catch(() => {});
  stand.progress('mends');
  await mend();
  const mendedAt = Date.now();
  const hasResolved = async () => {
    return isQuiet(drill, await look(), times.quietMs) && Date.now() - mendedAt > times.quietMs;
  };
  await waitUntil('resolves', times.resolveMs, hasResolved).catch(() => {});
  const { url } = stand.prometheus;
  const checks = judgeDrill(drill, await readHistory(url, wellAt), { brokenAt, mendedAt });
  for (const error of await readRuleErrors(url)) checks.that(false, error);
  return checks.result();
}

/**
 * A Prometheus that has just begun has scraped nobody, and holds are short here: for some seconds all
 * are down. @returns since when all are up and nothing fires, in milliseconds since 1970
 */
async function untilWell({ bed, prometheus }: Stand): Promise<number> {
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

/** Reads the alerts, and tells when they are others than before. */
function watch({ prometheus, progress }: Stand, since: number): () => Promise<AlertSeries[]> {
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

function names(matches: readonly AlertMatch[]): string {
  return matches
    .map(({ alert, labels }) => [alert, ...Object.values(labels ?? {})].join(' '))
    .join(', ');
}
