import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadResult } from './result.ts';
import type { ScenarioName } from './scenarios.ts';

/** Results of earlier loads: `<data folder>/load/<scenario>/<testid>.json`, and beside each its page. */
export interface Results {
  /** undefined = this is the first of its scenario. */
  last(scenario: ScenarioName): LoadResult | undefined;
  /** @returns the paths of both files */
  keep(result: LoadResult, page: string): { json: string; html: string };
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
    keep(result, page) {
      const base = join(folderOf(result.asked.scenario), result.testid);
      mkdirSync(folderOf(result.asked.scenario), { recursive: true });
      writeFileSync(`${base}.json`, `${JSON.stringify(result, null, 1)}\n`);
      writeFileSync(`${base}.html`, page);
      return { json: `${base}.json`, html: `${base}.html` };
    },
  };
}

/** @throws Error, SyntaxError */
export function readResult(file: string): LoadResult {
  return JSON.parse(readFileSync(file, 'utf8')) as LoadResult;
}
