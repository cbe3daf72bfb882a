import type { Quantiles } from './k6-summary.ts';
import type { Knee, Tried } from './knee.ts';
import type { SlowRun } from './read-runs.ts';
import type { Failure } from './run-scenario.ts';
import type { ScenarioName } from './scenarios.ts';

/** What was asked of a load, all of which makes results comparable. */
export interface Asked {
  scenario: ScenarioName;
  rate: number;
  seconds: number;
  listeners: number;
  traced: number;
}

/** Where and with what it was measured. */
export interface Conditions {
  command: string;
  /** e.g. `a stack of its own` or the API's address. */
  target: string;
  cpu: string;
  cores: number;
  memoryGb: number;
  /** Of the machine in the minute before: much of it was somebody else's work. */
  loadBefore: number;
  versions: Readonly<Record<string, string>>;
}

export interface Objective {
  title: string;
  /** As k6 has it. */
  metric: string;
  expression: string;
  /** null = there was nothing to measure. */
  measured: number | null;
  kept: boolean;
}

export interface RouteFigures {
  route: string;
  time: Quantiles;
  failed: number;
}

/** A phase, or a shape of workflow. */
export interface PartFigures {
  name: string;
  runs: Quantiles | undefined;
  queueTime: Quantiles | undefined;
  requests: Quantiles | undefined;
  failed: number;
  steps: number;
}

export interface RunFigures {
  byStatus: Readonly<Record<string, number>>;
  /** From the first submission to the last end. */
  perSecond: number;
  stepsPerSecond: number;
  /** As clients saw it, the submission and the news of the end included. */
  seen: Quantiles | undefined;
  /** From accepted to ended, by the server. */
  served: Quantiles | undefined;
  queueTime: Quantiles | undefined;
  execution: Quantiles | undefined;
  eventDelay: Quantiles | undefined;
  /** From the end of submissions until no run was open; and how many still were. */
  drained: { seconds: number; open: number };
}

export interface KneeTry extends Tried {
  /** Runs that ended a second. */
  achieved: number;
  /** P99 of requests, P95 of runs and P99 of queue times, in milliseconds. */
  requestP99: number;
  runP95: number;
  queueTimeP99: number;
  /** What was missed, in words. */
  missed: string[];
}

/** One load test as it is kept. */
export interface LoadResult {
  testid: string;
  startedAt: string;
  question: string;
  asked: Asked;
  conditions: Conditions;
  /** Whether all objectives held; of a search, whether there is a knee. */
  kept: boolean;
  objectives: Objective[];
  requests: {
    count: number;
    perSecond: number;
    failed: number;
    /** Iterations that could not begin, since all virtual users were still waiting. */
    dropped: number;
    time: Quantiles | undefined;
    routes: RouteFigures[];
  };
  runs: RunFigures;
  parts: PartFigures[];
  slowest: SlowRun[];
  failures: Failure[];
  knee: Knee<KneeTry> | null;
}
