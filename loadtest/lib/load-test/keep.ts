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

/** Results of earlier loads: `<data folder>/load/<scenario>/<testid>.json`, with k6's charts next to each. */
export interface Results {
  /** The last result of a scenario; undefined = none. */
  last(scenario: ScenarioName): LoadResult | undefined;
  /**
   * Stores a result and the charts, if there is a file at `dashboard`.
   * @returns the paths of the stored files
   */
  keep(result: LoadResult, dashboard: string): string[];
}

export function openResults(dataDir: string): Results {
  const folderOf = (scenario: ScenarioName) => join(dataDir, 'load', scenario);
  return {
    last(scenario) {
      const folder = folderOf(scenario);
      mkdirSync(folder, { recursive: true });
      // File names contain the start time, so they sort by it.
      const file = readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .at(-1);
      return file === undefined ? undefined : readResult(join(folder, file));
    },
    keep(result, dashboard) {
      const base = join(folderOf(result.asked.scenario), result.testid);
      mkdirSync(folderOf(result.asked.scenario), { recursive: true });
      writeFileSync(`${base}.json`, `${JSON.stringify(result, null, 1)}\n`);
      if (!existsSync(dashboard)) return [`${base}.json`];
      copyFileSync(dashboard, `${base}.html`);
      return [`${base}.json`, `${base}.html`];
    },
  };
}

/** @throws Error, SyntaxError */
export function readResult(file: string): LoadResult {
  // Another release may have stored other figures.
  return { figures: {}, ...JSON.parse(readFileSync(file, 'utf8')) } as LoadResult;
}
