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

/** Results of earlier loads: `<data folder>/load/<scenario>/<testid>.json`, and k6's charts beside each. */
export interface Results {
  /** undefined = this is the first of its scenario. */
  last(scenario: ScenarioName): LoadResult | undefined;
  /**
   * @param dashboard k6's page of charts, if there is one at this path
   * @returns the paths of what is kept
   */
  keep(result: LoadResult, dashboard: string): string[];
}

export function openResults(dataDir: string): Results {
  const folderOf = (scenario: ScenarioName) => join(dataDir, 'load', scenario);
  return {
    last(scenario) {
      const folder = folderOf(scenario);
      mkdirSync(folder, { recursive: true });
      // Their names begin with their times.
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
  return JSON.parse(readFileSync(file, 'utf8')) as LoadResult;
}
