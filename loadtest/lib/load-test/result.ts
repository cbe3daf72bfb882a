import type { Conditions } from './conditions.ts';
import type { Figures } from './figures.ts';
import type { Failure } from './k6-summary.ts';
import type { Knee, Tried } from './knee.ts';
import type { Objective } from './objectives.ts';
import type { SlowRun } from './read-runs.ts';
import type { Asked } from './settings.ts';

export interface KneeTry extends Tried {
  /** Ended runs per second. */
  achieved: number;
  figures: Figures;
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
  figures: Figures;
  runs: {
    byStatus: Readonly<Record<string, number>>;
    /** Time from the last submission until no run was open, and the number of runs still open. */
    drained: { seconds: number; open: number };
  };
  slowest: SlowRun[];
  failures: Failure[];
  knee: Knee<KneeTry> | null;
}
