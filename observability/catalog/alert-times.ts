import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Severity } from './alert.ts';

/** What `npm run drill -- alerts --write` has measured; the table of the runbooks is made from it. */
export const ALERT_TIMES_FILE = resolve(import.meta.dirname, '../runbooks/alert-times.json');

/** One rule in one drill. Seconds with one decimal; null = it did not happen, or nobody was told. */
export interface AlertTime {
  readonly drill: string;
  /** E.g. `NoWorkerUp`, or `RunSuccessBurn 6h` where a name has several rules. */
  readonly rule: string;
  readonly severity: Severity;
  /** The times of the rules were so many times shorter. Only what is measured at 1 proves a limit. */
  readonly shorter: number;
  /** From the fault to firing, and to the receiver behind Alertmanager. */
  readonly firing: number | null;
  readonly arrived: number | null;
  /** From mending. */
  readonly resolved: number | null;
  /** Pages that arrived beside the alerts that the drill is about: nobody needed them. */
  readonly pagesBeside: number;
}

/** From the fault to the receiver, in seconds: what a hard failure may take at full length. */
export const ARRIVES_WITHIN = { page: 120, ticket: 300 } as const;

/** Drills that have not been measured are missing. */
export function readAlertTimes(file = ALERT_TIMES_FILE): AlertTime[] {
  return JSON.parse(readFileSync(file, 'utf8')) as AlertTime[];
}
