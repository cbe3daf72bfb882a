/** What of a run is needed to account for its time, as the API tells it. */
export interface TimedRun {
  createdAt: string;
  /** When a worker took it up. */
  startedAt: string | null;
  finishedAt: string | null;
  steps: readonly TimedStep[];
}

export interface TimedStep {
  id: string;
  kind: string;
  needs: readonly string[];
  status: string;
  readyAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  attempts: readonly { queueTimeMs: number | null; executionMs: number | null }[];
}

/** Milliseconds of a run by what they went for; they add up to its duration. */
export interface TimeSpent {
  /** Until a worker took the run up. */
  queued: number;
  /** Ready attempts waited for a worker, after the run was taken up. */
  queueTime: number;
  execution: number;
  /** Between attempts, and in waits of the step itself: delays, people, events. */
  paused: number;
  /** From a step's end until the next one was ready, and at the end of the run. */
  between: number;
}

/** One step on the way that decided how long the run took. */
export interface StepTime extends Omit<TimeSpent, 'queued' | 'between'> {
  id: string;
  kind: string;
  attempts: number;
  /** From the run's submission until the step was ready. */
  readyAfter: number;
  total: number;
}

export interface WhereTimeWent {
  total: number;
  spent: TimeSpent;
  /** From the first to the last. */
  path: StepTime[];
}

interface Ended {
  step: TimedStep;
  readyMs: number;
  finishedMs: number;
}

/**
 * Accounts for a run's time along its critical path: back from the step that ended last, each time to
 * the one among those it needed that ended last.
 */
export function whereTimeWent(run: TimedRun): WhereTimeWent {
  const createdMs = Date.parse(run.createdAt);
  const endedMs = Date.parse(run.finishedAt ?? run.createdAt);
  const path = criticalPath(run.steps).map((ended) => timeOf(ended, createdMs));
  const total = endedMs - createdMs;
  const sum = (part: 'queueTime' | 'execution' | 'paused') =>
    path.reduce((all, step) => all + step[part], 0);
  const queued = Math.max(0, Date.parse(run.startedAt ?? run.createdAt) - createdMs);
  // The queue time of the first step contains that of the run.
  const queueTime = Math.max(0, sum('queueTime') - queued);
  const [execution, paused] = [sum('execution'), sum('paused')];
  const between = Math.max(0, total - queued - queueTime - execution - paused);
  return { total, spent: { queued, queueTime, execution, paused, between }, path };
}

function criticalPath(steps: readonly TimedStep[]): Ended[] {
  const ended = new Map(steps.flatMap(toEnded).map((one) => [one.step.id, one]));
  const path: Ended[] = [];
  for (let at = lastOf([...ended.values()]); at !== undefined;) {
    path.unshift(at);
    at = lastOf(at.step.needs.flatMap((id) => ended.get(id) ?? []));
  }
  return path;
}

/** Skipped steps take no time, and those of a failed run that never began have none. */
function toEnded(step: TimedStep): Ended[] {
  if (step.readyAt === null || step.finishedAt === null || step.attempts.length === 0) return [];
  return [{ step, readyMs: Date.parse(step.readyAt), finishedMs: Date.parse(step.finishedAt) }];
}

function lastOf(steps: readonly Ended[]): Ended | undefined {
  return steps.toSorted((a, b) => b.finishedMs - a.finishedMs)[0];
}

function timeOf({ step, readyMs, finishedMs }: Ended, createdMs: number): StepTime {
  const total = Math.max(0, finishedMs - readyMs);
  const sum = (part: 'queueTimeMs' | 'executionMs') =>
    step.attempts.reduce((all, attempt) => all + (attempt[part] ?? 0), 0);
  // Each is rounded on its own, so that their sum may be a little over.
  const queueTime = Math.min(total, sum('queueTimeMs'));
  const execution = Math.min(total - queueTime, sum('executionMs'));
  return {
    id: step.id,
    kind: step.kind,
    attempts: step.attempts.length,
    readyAfter: Math.max(0, readyMs - createdMs),
    total,
    queueTime,
    execution,
    paused: total - queueTime - execution,
  };
}
