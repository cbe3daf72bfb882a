import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { SLO_SERIES } from '@aio/catalog/slo-series';
import { findFreePort } from '@aio/stack/free-port';
import { startPrometheus } from '@aio/stack/prometheus';

/** What Prometheus has of a day of UTC. */
export interface BackfilledDay {
  day: string;
  slo: string;
  events: number;
  badEvents: number;
}

const DAY_SECONDS = 86_400;
/** As the rules record, and a report adds up. */
const STEP_SECONDS = 300;
const SLO = 'runSuccess';

/**
 * A real Prometheus with what the rules would have recorded of two past days, and nothing of any other: the first went
 * badly (8 % of 288 runs failed), the second well.
 */
export async function startBackfilled(
  t: TestContext,
  program: string,
  promtool: string,
): Promise<{ url: string; days: readonly [BackfilledDay, BackfilledDay] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-backfilled-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const today = Math.floor(Date.now() / 1000 / DAY_SECONDS) * DAY_SECONDS;
  const starts = daysOfOneMonth(today);
  const series = {
    [SLO_SERIES.events]: [1 / STEP_SECONDS, 1 / STEP_SECONDS],
    [SLO_SERIES.badEvents]: [0.08 / STEP_SECONDS, 0],
    [SLO_SERIES.objective]: [0.95, 0.95],
  };
  const text = Object.entries(series).map(([name, values]) => {
    const lines = starts.flatMap((start, index) => sampleLines(name, start, values[index] ?? 0));
    return `# TYPE ${name} gauge\n${lines.join('')}`;
  });
  const file = join(dataDir, 'samples.txt');
  const folder = join(dataDir, 'prometheus/data');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${text.join('')}# EOF\n`);
  const { status, stderr } = spawnSync(
    promtool,
    ['tsdb', 'create-blocks-from', 'openmetrics', file, folder],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`promtool: ${stderr}`);
  const server = await startPrometheus({
    dataDir,
    port: await findFreePort(),
    searchPath: `${dirname(program)}${delimiter}${process.env.PATH}`,
    targets: [],
  });
  t.after(() => server.stop());
  const steps = DAY_SECONDS / STEP_SECONDS;
  const dayOf = (start: number, badShare: number): BackfilledDay => ({
    day: new Date(start * 1000).toISOString().slice(0, 10),
    slo: SLO,
    events: steps,
    badEvents: Math.round(steps * badShare),
  });
  return { url: server.url, days: [dayOf(starts[0], 0.08), dayOf(starts[1], 0)] };
}

/** The starts of two days in a row that are over and of the same month. */
function daysOfOneMonth(today: number): readonly [number, number] {
  const monthOf = (seconds: number) => new Date(seconds * 1000).getUTCMonth();
  let second = today - DAY_SECONDS;
  while (monthOf(second) !== monthOf(second - DAY_SECONDS)) second -= DAY_SECONDS;
  return [second - DAY_SECONDS, second];
}

function sampleLines(name: string, start: number, value: number): string[] {
  // A second before each moment at which a report looks: Prometheus 2 and 3 differ in what they see of one that is
  // just as old as they look back.
  return Array.from({ length: DAY_SECONDS / STEP_SECONDS }, (_, index) => {
    const at = start + (index + 1) * STEP_SECONDS - 1;
    return `${name}{slo="${SLO}"} ${value} ${at}\n`;
  });
}
