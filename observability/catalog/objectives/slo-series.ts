import { recordedNames as namesOfKit, recordedSlo } from '@aio/slo/slo-series';
import { PROXY_ERRORS_NAME } from '../proxy-errors.ts';
import { SLOS, SLO_KEYS } from './slos.ts';

/** All names of the recording rules of objectives. */
export function recordedNames(): string[] {
  return [...namesOfKit(), PROXY_ERRORS_NAME];
}

/** The objectives, and selectors of the recorded series of their error budgets. */
export const BUDGETED = {
  objectives: SLO_KEYS.map((key) => {
    const { title, minEvents } = SLOS[key];
    return { key, title, minEvents };
  }),
  budgetLeft: recordedSlo('budgetLeft').promql,
  counted: recordedSlo('counted').promql,
} as const;
