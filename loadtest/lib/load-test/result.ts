import type { Quantiles } from './k6-summary.ts';
import type { Knee, Tried } from './knee.ts';
import type { SlowRun } from './read-runs.ts';
import type { Failure } from './run-scenario.ts';
import type { ScenarioName } from './scenarios.ts';

/** Options of a load. Results are comparable only if they agree. */
export interface Asked {
  scenario: ScenarioName;
  rate: number;
  seconds: number;
  listeners: number;
  traced: number;
}

/** Conditions of the measurement. */
export interface Conditions {
  command: string;
  /** e.g. `own stack, 2 workers` or the API's address. */
  target: string;
  cpu: string;
  cores: number;
  memoryGb: number;
  /** Load average of the machine in the minute before, from other work. */
  loadBefore: number;
  versions: Readonly<Record<string, string>>;
}

export interface Objective {
  title: string;
  /** k6's name. */
  metric: string;
  expression: string;
  /** null = not measured. */
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
  /** Ended runs per second, from the first submission to the last end. */
  perSecond: number;
  stepsPerSecond: number;
  /** Measured by clients, from the submission to the event of the end. */
  seen: Quantiles | undefined;
  /** Measured by AIO, from accepted to ended. */
  served: Quantiles | undefined;
  queueTime: Quantiles | undefined;
  execution: Quantiles | undefined;
  eventDelay: Quantiles | undefined;
  /** Time from the last submission until no run was open, and the number of runs still open. */
  drained: { seconds: number; open: number };
}

export interface KneeTry extends Tried {
  /** Ended runs per second. */
  achieved: number;
  /** P99 of requests, P95 of runs and P99 of queue times, in milliseconds. */
  requestP99: number;
  runP95: number;
  queueTimeP99: number;
  /** Missed objectives, for people. */
  missed: string[];
}

/** The stored result of a load test. */
export interface LoadResult {
  testid: string;
  startedAt: string;
  question: string;
  asked: Asked;
  conditions: Conditions;
  /** Whether the load met all objectives; for a search, whether it found a knee. */
  kept: boolean;
  objectives: Objective[];
  requests: {
    count: number;
    perSecond: number;
    failed: number;
    /** Iterations that k6 dropped because it had no free virtual user. */
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
