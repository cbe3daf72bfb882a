import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { REPORTED } from '@aio/catalog/objectives/slo-series';
import { SLO_SERIES } from '@aio/slo/slo-series';
import { findFreePort } from '@aio/tools/process/free-port';
import { startPrometheus } from '@aio/tools/servers/prometheus';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { PROGRAMS } from './programs.ts';

/** Events of a UTC day in Prometheus. */
export interface BackfilledDay {
  day: string;
  slo: string;
  events: number;
  badEvents: number;
}

const DAY_SECONDS = 86_400;
/**
 * How long Prometheus shows a sample, minus a second, because Prometheus 2 and 3 differ by one. The last sample of a
 * day is visible until the day's end, but not on the next day.
 */
const SHOWN_SECONDS = 299;
/** Interval between ends of runs: 288 runs a day. */
const RUN_EVERY_SECONDS = 300;
const SLO = 'runSuccess';
/** 23 of 576 runs failed, of the 28.8 that the objective allows. */
const BUDGET_LEFT = 0.201;

/**
 * A real Prometheus with the rules' recorded series of two past days, and no other data. On the first day 8 % of 288
 * runs failed, on the second none.
 */
export async function startBackfilled(
  t: TestContext,
): Promise<{ url: string; days: readonly [BackfilledDay, BackfilledDay] }> {
  const dataDir = makeTestFolder(t, 'backfilled');
  const today = Math.floor(Date.now() / 1000 / DAY_SECONDS) * DAY_SECONDS;
  const starts = daysOfOneMonth(today);
  const series = {
    [SLO_SERIES.events]: [1 / RUN_EVERY_SECONDS, 1 / RUN_EVERY_SECONDS],
    [SLO_SERIES.badEvents]: [0.08 / RUN_EVERY_SECONDS, 0],
    [SLO_SERIES.objective]: [0.95, 0.95],
  };
  const budget = { [SLO_SERIES.budgetLeft]: BUDGET_LEFT, [SLO_SERIES.counted]: 576 };
  const budgets = Object.entries(budget).map(([name, value]) => {
    const lines = budgetTimes(starts[1]).map((at) => `${name}{slo="${SLO}"} ${value} ${at}\n`);
    return `# TYPE ${name} gauge\n${lines.join('')}`;
  });
  const text = Object.entries(series).map(([name, values]) => {
    const lines = starts.flatMap((start, index) => sampleLines(name, start, values[index] ?? 0));
    return `# TYPE ${name} gauge\n${lines.join('')}`;
  });
  const file = join(dataDir, 'samples.txt');
  const folder = join(dataDir, 'prometheus/data');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${[...text, ...budgets].join('')}# EOF\n`);
  const { status, stderr } = spawnSync(
    PROGRAMS.promtool!,
    ['tsdb', 'create-blocks-from', 'openmetrics', file, folder],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`promtool: ${stderr}`);
  const server = await startPrometheus({
    dataDir,
    port: await findFreePort(),
    searchPath: `${dirname(PROGRAMS.prometheus!)}${delimiter}${process.env.PATH}`,
    targets: [],
  });
  t.after(() => server.stop());
  const runs = DAY_SECONDS / RUN_EVERY_SECONDS;
  const dayOf = (start: number, badShare: number): BackfilledDay => ({
    day: new Date(start * 1000).toISOString().slice(0, 10),
    slo: SLO,
    events: runs,
    badEvents: Math.round(runs * badShare),
  });
  return { url: server.url, days: [dayOf(starts[0], 0.08), dayOf(starts[1], 0)] };
}

/** Every minute at which a page may read: around the end of the day's month, or until an hour from now. */
function budgetTimes(day: number): number[] {
  const now = Math.floor(Date.now() / 1000);
  const start = new Date(day * 1000);
  const monthEnd = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) / 1000;
  const minutes = (from: number, to: number) =>
    Array.from({ length: Math.floor((to - from) / 60) }, (_, nth) => from + nth * 60);
  return [
    ...(monthEnd < now - 600 ? minutes(monthEnd - 600, monthEnd) : []),
    ...minutes(now - 600, now + 3600),
  ];
}

/** The starts of two past days in a row, in the same month. */
function daysOfOneMonth(today: number): readonly [number, number] {
  const monthOf = (seconds: number) => new Date(seconds * 1000).getUTCMonth();
  let second = today - DAY_SECONDS;
  while (monthOf(second) !== monthOf(second - DAY_SECONDS)) second -= DAY_SECONDS;
  return [second - DAY_SECONDS, second];
}

function sampleLines(name: string, start: number, value: number): string[] {
  const { stepSeconds } = REPORTED;
  const last = start + DAY_SECONDS - SHOWN_SECONDS;
  // One second before each time at which a report reads.
  const times = Array.from(
    { length: DAY_SECONDS / stepSeconds },
    (_, index) => start + (index + 1) * stepSeconds - 1,
  ).filter((at) => at < last);
  return [...times, last].map((at) => `${name}{slo="${SLO}"} ${value} ${at}\n`);
}
