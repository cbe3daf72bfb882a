import { createTimeScale, inSeconds } from '@aio/catalog/time-scale';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultResult } from '../fault-drill/fault.ts';
import { waitUntil } from '../wait-until.ts';
import type { AlertDrill, AlertMatch } from './drill.ts';
import { type AlertSeries, countUp, readHistory, readRuleErrors } from './history.ts';
import { expectedTimes, listActive } from './judge.ts';
import { figureOf } from './report.ts';
import { type Stand, startStand } from './stand.ts';
import { judgeDrill } from './verdict.ts';

/** Well for so long first: nothing may fire, and every range has something in it. */
const CALM_MS = { short: 5000, full: 10_000 };
const WELL_WITHIN_MS = 30_000;
/** Quiet for so long is resolved for good, late consequences included. */
const QUIET_MS = 12_000;
/** Beside the times of the rules: what a fault takes to show, the longest 60 s (stuck runs). */
const SHOWS_WITHIN_MS = 120_000;

/** As the drill of faults does it: on servers of its own, with what goes wrong told the same way. */
export function asFault(drill: AlertDrill, scale: number): Fault {
  const { name, what, fires, also = [] } = drill;
  const beside = also.length > 0 ? `; may as well: ${names(also)}` : '';
  return {
    name,
    what,
    limit: `fires ${names(fires)}${beside}; nothing else, all resolve`,
    alone: drill.alone ?? false,
    async run(context) {
      const stand = await startStand(context, { scale, ...(drill.bed && { bed: drill.bed }) });
      if (drill.run) return drill.run(stand, context);
      return injectAndMend(drill, stand, {
        scale,
        calmMs: CALM_MS[context.full ? 'full' : 'short'],
      });
    },
  };
}

async function injectAndMend(
  drill: AlertDrill,
  stand: Stand,
  { scale, calmMs }: { scale: number; calmMs: number },
): Promise<FaultResult> {
  const { fireMs, resolveMs } = patience(scale);
  const wellAt = await untilWell(stand);
  const look = watch(stand, wellAt);
  stand.progress('all is well');
  await sleep(calmMs);
  stand.progress('breaks');
  const brokenAt = Date.now();
  const mend = await drill.inject!(stand);
  const haveFired = async () => {
    const history = await look();
    return expectedTimes(drill, history, brokenAt).every(({ firingAt }) => firingAt !== null);
  };
  await waitUntil('fires', fireMs, haveFired).catch(() => {});
  stand.progress('mends');
  await mend();
  const mendedAt = Date.now();
  const isQuiet = async () => {
    const active = listActive(await look(), { states: ['pending', 'firing'], withinMs: QUIET_MS });
    return active.length === 0 && Date.now() - mendedAt > QUIET_MS;
  };
  await waitUntil('resolves', resolveMs, isQuiet).catch(() => {});
  const { url } = stand.prometheus;
  const checks = judgeDrill(drill, await readHistory(url, wellAt), { brokenAt, mendedAt });
  for (const error of await readRuleErrors(url)) checks.that(false, error);
  return checks.result();
}

/**
 * A Prometheus that has just begun has scraped nobody, and holds are short here: for some seconds all
 * are down. @returns since when all are up and nothing is told, in milliseconds since 1970
 */
async function untilWell({ bed, prometheus }: Stand): Promise<number> {
  const { apis, workers } = bed.system;
  await waitUntil('Prometheus has scraped all processes', WELL_WITHIN_MS, async () => {
    const up = await countUp(prometheus.url);
    const history = await readHistory(prometheus.url);
    const told = listActive(history, { states: ['pending', 'firing'] });
    return up === apis.length + workers.length && history.length > 0 && told.length === 0;
  });
  return Date.now();
}

/** Reads the alerts, and tells when they are others than before. */
function watch({ prometheus, progress }: Stand, since: number): () => Promise<AlertSeries[]> {
  let before = '';
  return async () => {
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

/** The longest that a rule at this scale may take, to fire and to resolve, with time to spare. */
function patience(scale: number): { fireMs: number; resolveMs: number } {
  const time = createTimeScale(scale);
  const range = inSeconds(time.range('6h'));
  return {
    fireMs: SHOWS_WITHIN_MS + 1000 * (range + inSeconds(time.hold('3h'))),
    resolveMs: SHOWS_WITHIN_MS + 2000 * range,
  };
}

function names(matches: readonly AlertMatch[]): string {
  return matches
    .map(({ alert, labels }) => [alert, ...Object.values(labels ?? {})].join(' '))
    .join(', ');
}
