import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { type K6, versionOf } from './find-k6.ts';
import type { K6Metrics } from './k6-summary.ts';
import type { Knee, Tried } from './knee.ts';
import type { SlowRun } from './read-runs.ts';
import type { Asked, ScenarioName } from './scenarios.ts';

/** A rate of a search. */
export interface KneeTry extends Tried {
  metrics: K6Metrics;
  /** Crossed thresholds, and runs that did not end, for people. */
  missed: string[];
}

/** A failed request. */
export interface Failure {
  method: string;
  route: string;
  status: number;
  error: string;
  traceId: string;
}

/** The stored result of a load test. */
export interface LoadResult {
  testid: string;
  startedAt: string;
  asked: Asked;
  conditions: ReturnType<typeof describeConditions>;
  /** Whether the load met all objectives; for a search, whether it found a knee. */
  kept: boolean;
  /** Of k6; for a search, at the knee. */
  metrics: K6Metrics;
  runs: {
    byStatus: Readonly<Record<string, number>>;
    /** Runs that did not end. */
    open: number;
  };
  slowest: SlowRun[];
  failures: Failure[];
  knee: Knee<KneeTry> | null;
}

/** What the figures of a load depend on. */
export function describeConditions(k6: K6, target: string, command: string) {
  const processors = cpus();
  return {
    command,
    target,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    // Of the last minute, from other work.
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
    versions: `${versionOf(k6)}, node ${process.version}`,
  };
}

/** Folder of earlier results: `<testid>.json`, with k6's charts next to each. */
function folderOf(dataDir: string, scenario: ScenarioName): string {
  const folder = join(dataDir, 'load', scenario);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The last result of a scenario; undefined = none. */
export function lastResult(dataDir: string, scenario: ScenarioName): LoadResult | undefined {
  const folder = folderOf(dataDir, scenario);
  // File names contain the start time, so they sort by it.
  const file = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .at(-1);
  return file === undefined ? undefined : readResult(join(folder, file));
}

/** @throws Error, SyntaxError */
export function readResult(file: string): LoadResult {
  // Another release may have stored other figures.
  return { metrics: {}, ...JSON.parse(readFileSync(file, 'utf8')) } as LoadResult;
}

/**
 * Stores a result and the charts, if there is a file at `dashboard`.
 * @returns the paths of the stored files
 */
export function keepResult(dataDir: string, result: LoadResult, dashboard: string): string[] {
  const base = join(folderOf(dataDir, result.asked.scenario), result.testid);
  writeFileSync(`${base}.json`, `${JSON.stringify(result, null, 1)}\n`);
  if (!existsSync(dashboard)) return [`${base}.json`];
  copyFileSync(dashboard, `${base}.html`);
  return [`${base}.json`, `${base}.html`];
}
