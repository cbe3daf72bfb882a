import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Severity } from '@aio/slo/alert';

/** Times that `npm run drill -- alerts --write` measured. The runbooks' README shows them. */
export const ALERT_TIMES_FILE = resolve(import.meta.dirname, '../../runbooks/alert-times.json');

/** One rule in one drill. Seconds with one decimal. null = it did not happen, or Alertmanager sent nothing. */
export interface AlertTime {
  readonly drill: string;
  /** E.g. `NoWorkerUp`, or `RunSuccessBurn 6h` where a name has several rules. */
  readonly rule: string;
  readonly severity: Severity;
  /** From the fault to firing, and to the receiver behind Alertmanager. */
  readonly firing: number | null;
  readonly arrived: number | null;
  /** From the repair. */
  readonly resolved: number | null;
  /** Pages in the same drill about something else: noise. */
  readonly otherPages: number;
  /** What the first message said, and what is true, where the drill knows it. */
  readonly text?: string;
  readonly truth?: string;
}

/** From the fault to the receiver, in seconds: the limit for hard failures. */
export const ARRIVES_WITHIN = { page: 120, ticket: 300 } as const;

/** Drills without a measurement are missing. */
export function readAlertTimes(file = ALERT_TIMES_FILE): AlertTime[] {
  return JSON.parse(readFileSync(file, 'utf8')) as AlertTime[];
}
