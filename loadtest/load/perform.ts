import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadOptions } from './command-line.ts';
import { listCrossed } from './k6-summary.ts';
import { type Knee, searchKnee } from './knee.ts';
import { listRuns, readSlowest, type ReadRuns, type RunSummary, waitForEnds } from './read-runs.ts';
import { describeConditions, type KneeTry, type LoadResult } from './result.ts';
import { DASHBOARD, runScenario, type ScenarioOutcome, type ScenarioRun } from './run-scenario.ts';
import type { Asked } from './scenarios.ts';
import type { Target } from './target.ts';
import { createApiClient } from '@aio/tools/system/client';
import type { Definition } from '@aio/tools/system/definition';

export interface Performance extends Pick<ScenarioRun, 'k6' | 'env' | 'shown' | 'signal'> {
  options: LoadOptions;
  target: Target;
  recorded: Definition[];
  /** Folder of scripts, settings and logs, and of k6's `dashboard.html` for loads of at least three seconds. */
  folder: string;
  command: string;
  say: (line: string) => void;
}

const SLOWEST = 10;
const END_WITHIN_MS = 120_000;

/** One load and its time range. */
interface Offered {
  outcome: ScenarioOutcome;
  from: Date;
  to: Date;
}

/** Runs the load, waits until its runs have ended, and collects the result. */
export async function perform(performance: Performance): Promise<LoadResult> {
  const { options, target, say } = performance;
  const { scenario, rate, seconds, listeners, traced } = options;
  const asked = { scenario, rate, seconds, listeners, traced };
  const since = new Date();
  const testid = `${scenario}-${toStamp(since)}`;
  const conditions = describeConditions(performance.k6, target.name, performance.command);
  const reading: ReadRuns = { api: createApiClient(target.apiUrl, target), since };
  const offer = (rate: number) => offerAt({ ...asked, rate }, performance, testid);
  const { offered, knee } =
    scenario === 'knee'
      ? await search(performance, reading, offer)
      : { offered: await offer(rate), knee: null };
  say('waiting for the runs to end');
  const open = await waitForEnds(reading, END_WITHIN_MS);
  const runs = await listRuns(reading);
  const { metrics, kept, failures, dashboard } = offered.outcome;
  if (dashboard) copyFileSync(dashboard, join(performance.folder, DASHBOARD));
  return {
    testid,
    startedAt: since.toISOString(),
    asked,
    conditions,
    kept: knee ? knee.rate !== null : kept && open === 0,
    metrics,
    runs: { byStatus: countByStatus(runs.filter(isOf(offered))), open },
    slowest: await readSlowest(reading, runs, SLOWEST),
    failures,
    knee,
  };
}

async function offerAt(asked: Asked, performance: Performance, testid: string): Promise<Offered> {
  const { target, recorded, folder } = performance;
  const { apiUrl, webUrl, keycloakUrl, simulatorUrl, prometheusUrl } = target;
  const from = new Date();
  const outcome = await runScenario({
    ...performance,
    // A search prints a table instead of a summary for each rate.
    ...(asked.scenario === 'knee' && { shown: 'nothing' as const }),
    scenario: asked.scenario,
    testid,
    prometheusUrl,
    folder: join(folder, `rate-${asked.rate}`),
    settings: { apiUrl, webUrl, keycloakUrl, simulatorUrl, ...asked, recorded },
  });
  return { outcome, from, to: new Date() };
}

/** @returns the knee, and the load at the knee or, without a knee, at the lowest missed rate */
async function search(
  { options, say }: Performance,
  reading: ReadRuns,
  offer: (rate: number) => Promise<Offered>,
): Promise<{ offered: Offered; knee: Knee<KneeTry> }> {
  const { rate: first, most, precision, seconds } = options;
  const all = new Map<number, Offered>();
  const knee = await searchKnee({ first, most, precision }, async (rate) => {
    say(`trying ${rate} runs a second for ${seconds} s`);
    const offered = await offer(rate);
    all.set(rate, offered);
    const tried = judgeTry(rate, offered.outcome, await waitForEnds(reading, END_WITHIN_MS));
    say(tried.kept ? '  met' : `  missed: ${tried.missed.join('; ')}`);
    return tried;
  });
  return { offered: all.get(knee.rate ?? knee.missedAt ?? first) as Offered, knee };
}

function isOf({ from, to }: Offered): (run: RunSummary) => boolean {
  return ({ createdAt }) => createdAt >= from.toISOString() && createdAt <= to.toISOString();
}

function judgeTry(rate: number, { metrics, kept }: ScenarioOutcome, open: number): KneeTry {
  const missed = listCrossed(metrics);
  if (open > 0) missed.push(`${open} runs did not end`);
  return { rate, kept: kept && open === 0, metrics, missed };
}

function countByStatus(runs: readonly RunSummary[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of runs) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** e.g. `20261125-214500`, in UTC. */
function toStamp(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
