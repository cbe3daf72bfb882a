import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Definition } from '@aio/tools/system/definition';

const FOLDER = resolve(import.meta.dirname, '../scenarios');

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

/** Options of a load. Results are comparable only if they agree. */
export interface Asked {
  scenario: ScenarioName;
  /** Runs a second. */
  rate: number;
  /** Duration of the submissions. */
  seconds: number;
  /** Number of open event streams, for `listeners`. */
  listeners: number;
  /** Share of traced requests, 0 to 1. */
  traced: number;
}

/** Without a slash at the end. */
export interface Origins {
  apiUrl: string;
  /** Of the web UI, for the check in a browser; empty = none. */
  webUrl: string;
  keycloakUrl: string;
  /** The simulator, for workers and k6. */
  simulatorUrl: string;
}

/** Settings of a scenario, in the file that `AIO_LOAD_SETTINGS` names. */
export interface LoadSettings extends Omit<Asked, 'scenario'>, Origins {
  /** Recorded workflows, for `shapes`. */
  recorded: Definition[];
}
