import type { Definition } from '../definition.ts';

/** What the command hands to a scenario, in the file that `AIO_LOAD_SETTINGS` names. */
export interface LoadSettings {
  /** Origins, without a slash at the end. */
  apiUrl: string;
  /** Of the web UI, for the check in a browser. */
  webUrl: string;
  keycloakUrl: string;
  /** As the workers and k6 reach it. */
  simulatorUrl: string;
  /** Runs a second. */
  rate: number;
  /** How long runs are submitted. */
  seconds: number;
  /** Open event streams at once, for the scenario that is about them. */
  listeners: number;
  /** Share of requests, 0 to 1, whose trace is asked for. */
  traced: number;
  /** Recorded workflows, for the scenario of shapes. */
  recorded: Definition[];
  /** Where the figures go at the end. */
  summaryFile: string;
}
