import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../scenarios');

/** Every scenario is a file of `scenarios/`. Its default rate is runs a second; for `browser`, checks a minute. */
export const SCENARIOS = {
  smoke: { rate: 2, seconds: 10 },
  baseline: { rate: 20, seconds: 60 },
  knee: { rate: 10, seconds: 15 },
  spike: { rate: 5, seconds: 60 },
  soak: { rate: 10, seconds: 3600 },
  mixed: { rate: 10, seconds: 60 },
  listeners: { rate: 1, seconds: 20 },
  shapes: { rate: 5, seconds: 60 },
  browser: { rate: 6, seconds: 60 },
  'llm-faults': { rate: 10, seconds: 60 },
} as const;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as ScenarioName[];

export function scenarioFile(name: ScenarioName): string {
  return join(FOLDER, `${name}.ts`);
}

/** The question of a scenario: its file's first comment, up to the question mark. */
export function questionOf(name: ScenarioName): string {
  const [, question = ''] =
    /^\/\*\* ([^?]*\?)/.exec(readFileSync(scenarioFile(name), 'utf8')) ?? [];
  return question;
}
