import { recordedNames as namesOfKit, recordedSlo } from '@aio/slo/slo-series';
import { PROXY_ERRORS_NAME } from '../proxy-errors.ts';
import { SLOS, SLO_KEYS } from './slos.ts';

/** All names of the recording rules of objectives. */
export function recordedNames(): string[] {
  return [...namesOfKit(), PROXY_ERRORS_NAME];
}

/** Input of a monthly report: the objectives, and selectors of their recorded series. */
export const REPORTED = {
  objectives: SLO_KEYS.map((key) => {
    const { title, description, objective, minEvents } = SLOS[key];
    return { key, title, description, objective, minEvents };
  }),
  events: recordedSlo('events').promql,
  badEvents: recordedSlo('badEvents').promql,
  budgetLeft: recordedSlo('budgetLeft').promql,
  counted: recordedSlo('counted').promql,
  always: recordedSlo('objective').promql,
  /** Interval at which Prometheus evaluates the rules. */
  stepSeconds: 15,
} as const;
