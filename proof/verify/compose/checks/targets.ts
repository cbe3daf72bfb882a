import type { Place } from '../config.ts';
import { tryUntil } from '../project.ts';

/** The fields of a Prometheus target that the checks read. */
export interface Target {
  scrapePool: string;
  health: string;
  lastError: string;
  scrapeUrl: string;
  /** ISO 8601; year 1 before the first scrape. */
  lastScrape: string;
}

/** Prometheus scrapes every 15 s and resolves names every 10 s. */
const UP_WITHIN_MS = 90_000;

/**
 * Waits until each job has a target, and a scrape from now on finds every target up.
 * @param wanted exact number of targets by job; other jobs need at least one
 * @returns the numbers of targets by job, as text @throws Error that names missing targets
 */
export async function waitForTargets(
  place: Place,
  wanted: Readonly<Record<string, number>> = {},
): Promise<string> {
  const since = new Date();
  let wrong: string[] = [];
  try {
    return await tryUntil('every target is up', UP_WITHIN_MS, async () => {
      const { scrapePools } = await ask<{ scrapePools: string[] }>(place, 'scrape_pools');
      const { activeTargets } = await ask<{ activeTargets: Target[] }>(
        place,
        'targets?state=active',
      );
      wrong = findMissing(scrapePools, activeTargets, { wanted, since });
      return wrong.length === 0 ? describeTargets(scrapePools, activeTargets) : undefined;
    });
  } catch (cause) {
    throw new Error(['not every target is up', ...wrong].join('\n'), { cause });
  }
}

/** @returns URLs of the Alertmanagers to which Prometheus sends */
export async function listAlertmanagers(place: Place): Promise<string[]> {
  const { activeAlertmanagers } = await ask<{ activeAlertmanagers: { url: string }[] }>(
    place,
    'alertmanagers',
  );
  return activeAlertmanagers.map(({ url }) => url);
}

/** Waits until Prometheus has a firing alert with this name and, if given, job. @returns its summary */
export async function waitForAlert(
  place: Place,
  { name, job, withinMs }: { name: string; job?: string; withinMs: number },
): Promise<string> {
  return tryUntil(`${name} fires`, withinMs, async () => {
    const { alerts } = await ask<{ alerts: Alert[] }>(place, 'alerts');
    const found = alerts.find(
      ({ labels, state }) => labels.alertname === name && labels.job === job && state === 'firing',
    );
    return found?.annotations.summary;
  });
}

interface Alert {
  state: string;
  labels: { alertname: string; job?: string };
  annotations: { summary: string };
}

/** @returns the value of a query with one series */
export async function queryValue(place: Place, query: string): Promise<number | undefined> {
  const path = `query?query=${encodeURIComponent(query)}`;
  const { result } = await ask<{ result: { value: [number, string] }[] }>(place, path);
  return result[0] && Number(result[0].value[1]);
}

/** @param options.wanted exact number of targets by job; other jobs need at least one */
export function findMissing(
  jobs: readonly string[],
  targets: readonly Target[],
  { wanted, since }: { wanted: Readonly<Record<string, number>>; since: Date },
): string[] {
  const counts = jobs.flatMap((job) => {
    const count = targets.filter(({ scrapePool }) => scrapePool === job).length;
    const right = wanted[job] === undefined ? count > 0 : count === wanted[job];
    return right ? [] : [`${job}: ${count} targets, expected ${wanted[job] ?? 'at least one'}`];
  });
  const down = targets
    .filter(({ health }) => health !== 'up')
    .map(({ scrapePool, scrapeUrl, health, lastError }) =>
      `${scrapePool}: ${scrapeUrl} is ${health} ${lastError}`.trim(),
    );
  const unasked = targets
    .filter(({ health, lastScrape }) => health === 'up' && new Date(lastScrape) < since)
    .map(({ scrapePool, scrapeUrl }) => `${scrapePool}: ${scrapeUrl} was not scraped since`);
  return [...counts, ...down, ...unasked];
}

function describeTargets(jobs: readonly string[], targets: readonly Target[]): string {
  return jobs
    .map((job) => `${job} ${targets.filter(({ scrapePool }) => scrapePool === job).length}`)
    .join(', ');
}

async function ask<Data>({ prometheus }: Place, path: string): Promise<Data> {
  const answer = await fetch(`${prometheus}/api/v1/${path}`);
  return ((await answer.json()) as { data: Data }).data;
}
