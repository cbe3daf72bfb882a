import { KIND_WAITS, LANE_KINDS } from '@aio/catalog/labels';

/** Milliseconds by class of time, from `GET /runs/{id}/time`. They add up to the total. */
export type TimeSpent = Readonly<Record<string, number>>;

/** Groups of classes for the report. */
const TIME_PARTS = {
  queue: ['queue'],
  execution: [...LANE_KINDS, 'other'],
  waiting: ['backoff', ...Object.values(KIND_WAITS)],
  engine: ['engine'],
} as const satisfies Record<string, readonly string[]>;

export type TimePart = keyof typeof TIME_PARTS;

/** One step on the critical path. */
export interface StepTime {
  id: string;
  kind: string;
  attempts: number;
  /** From the run's submission until the step was ready. */
  readyAfter: number;
  total: number;
  spent: TimeSpent;
}

export interface WhereTimeWent {
  total: number;
  spent: TimeSpent;
  /** Steps on the critical path, first to last. */
  path: StepTime[];
}

/** The API's answer. */
export interface RunTime {
  from: string;
  totalMs: number;
  byClass: TimeSpent;
  path: {
    step: string;
    kind: string;
    attempts: number;
    readyAt: string;
    totalMs: number;
    byClass: TimeSpent;
  }[];
}

export function toWhereTimeWent({ from, totalMs, byClass, path }: RunTime): WhereTimeWent {
  return {
    total: totalMs,
    spent: byClass,
    path: path.map((step) => ({
      id: step.step,
      kind: step.kind,
      attempts: step.attempts,
      readyAfter: Date.parse(step.readyAt) - Date.parse(from),
      total: step.totalMs,
      spent: step.byClass,
    })),
  };
}

/** Milliseconds of a group of classes. */
export function timeOf(spent: TimeSpent, part: TimePart): number {
  return TIME_PARTS[part].reduce((all, name) => all + (spent[name] ?? 0), 0);
}
