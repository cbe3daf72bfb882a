import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LoadResult } from './result.ts';
import type { ScenarioName } from './scenarios.ts';

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
  return { figures: {}, ...JSON.parse(readFileSync(file, 'utf8')) } as LoadResult;
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
