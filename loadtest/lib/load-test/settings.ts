import type { Definition } from '../definition.ts';

/** Settings of a scenario, in the file that `AIO_LOAD_SETTINGS` names. */
export interface LoadSettings {
  /** Origins, without a slash at the end. */
  apiUrl: string;
  /** Origin of the web UI, for the check in a browser. */
  webUrl: string;
  keycloakUrl: string;
  /** Origin of the simulator for workers and k6. */
  simulatorUrl: string;
  /** Runs a second. */
  rate: number;
  /** Duration of the submissions. */
  seconds: number;
  /** Number of open event streams, for `listeners`. */
  listeners: number;
  /** Share of traced requests, 0 to 1. */
  traced: number;
  /** Recorded workflows, for `shapes`. */
  recorded: Definition[];
}
