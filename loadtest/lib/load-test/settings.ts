import type { Definition } from '../definition.ts';
import type { ScenarioName } from './scenarios.ts';

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
