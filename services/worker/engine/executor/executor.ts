import { setTimeout as sleep } from 'node:timers/promises';
import { AioError } from '@aio/core/errors';
import { isSuspect } from '@aio/core/run/attempts';
import { type StepJob, stepJobId } from '@aio/core/run/jobs';
import { toFailedResult } from '@aio/core/run/step-outcome';
import type {
  AttemptKey,
  ChangedRun,
  ClaimedAttempt,
  EngineStorage,
  RecordedAttempt,
} from '@aio/core/run/storage';
import { createBatch } from '@aio/platform/batch';
import { isUnavailable } from '@aio/platform/database-error';
import { JobLater } from '@aio/platform/queue-worker';
import { StepDeferred } from './run-attempt.ts';
import type { Outage } from '../outage.ts';
import { createStrays } from '../strays.ts';
import { whileAway } from '../while-away.ts';
import {
  type AttemptRunnerDeps,
  Cancelled,
  createAttemptRunner,
  type Execution,
} from './attempt-runner.ts';
import { findResource } from './find-resource.ts';
import { createGate } from './gate.ts';

const ATTEMPTS_PER_STATEMENT = 200;
/** Delay of a start's message: most attempts end sooner, and one message reports start and end. */
const TELL_START_AFTER_MS = 50;
/** The executor looks at changed runs together after this time; until then a cancelled attempt goes on. */
const LOOK_AFTER_MS = 100;
/** How long an aborted attempt may take to end after the grace. */
const ABORT_MS = 2000;

export interface ExecutorDeps extends AttemptRunnerDeps {
  storage: EngineStorage;
  outage: Outage;
  /** Notifies the worker that holds the run. */
  tellChanged: (runId: string) => void;
  /** Called with runs that got results. A run that no worker holds needs a worker. */
  recorded: (runs: readonly ChangedRun[]) => void;
}

/** Executes steps of lanes, one attempt per job. */
export interface Executor {
  /**
   * Executes the attempt of a job, unless it is cancelled or claimed elsewhere.
   * @throws JobLater if this worker cannot start it now
   */
  execute(job: StepJob): Promise<void>;
  /** Aborts attempts of the run that are cancelled. */
  changed(runId: string): void;
  executing(): AttemptKey[];
  /**
   * Compares the attempts under way with their rows, at each heartbeat.
   * @param before attempts under way before the rows were read
   * @param rows running attempts whose rows name this worker
   */
  check(before: readonly AttemptKey[], rows: readonly AttemptKey[]): void;
  /** Gives attempts the grace to end, and aborts the rest. Other workers execute those again. */
  stop(graceMs: number): Promise<void>;
}

export function createExecutor(deps: ExecutorDeps): Executor {
  const { storage, workerId, observer, clock } = deps;
  const runAttempt = createAttemptRunner(deps);
  const executions = new Map<string, Execution>();
  /** Jobs and their ids, from before the claim until the result is recorded. */
  const jobs = new Map<Promise<void>, string>();
  const gate = createGate();
  const changedRuns = new Set<string>();
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;

  /** Defers attempts whose claim's answer was lost: another worker executes them, and they do not count. */
  const strays = createStrays(stepJobId, (keys: readonly AttemptKey[]) => {
    const now = clock.now();
    const result = { type: 'deferred' as const };
    const deferred = { result, output: null, outputRef: null, log: null };
    for (const key of keys)
      void record({ ...key, ...deferred, startedAtMs: now, endedAtMs: now }).catch(() => undefined);
  });

  const { send: claim } = createBatch<
    StepJob & { spanId: string | null },
    ClaimedAttempt | undefined
  >({
    most: ATTEMPTS_PER_STATEMENT,
    async ask(wanted) {
      const now = clock.now();
      const claimed = await storage.claimAttempts({ workerId, startedAtMs: now, attempts: wanted });
      const byId = new Map(claimed.map((attempt) => [stepJobId(attempt), attempt]));
      return wanted.map((job) => {
        const id = stepJobId(job);
        const attempt = byId.get(id);
        // If BullMQ delivers a job twice at once, one delivery gets the attempt.
        byId.delete(id);
        return attempt;
      });
    },
  });
  const results = createBatch<RecordedAttempt, void>({
    most: ATTEMPTS_PER_STATEMENT,
    async ask(attempts) {
      const runs = await whileAway(() => storage.recordAttempts({ workerId, attempts }), {
        onOutage: (error) => observer.troubled('record results', error),
      });
      deps.recorded(runs);
      return attempts.map(() => undefined);
    },
  });

  async function execute(job: StepJob): Promise<void> {
    if (isStopping()) throw new JobLater(0);
    try {
      const resource = await unlessAway('find the resource of a step', () =>
        findResource(deps, job, stopping.signal),
      );
      if (resource !== null) await requireAdmission(resource, job);
      const leave = await gate.enter(isSuspect(job));
      try {
        const attempt = await unlessAway('claim an attempt', () =>
          claim({ ...job, spanId: observer.jobSpanId() }),
        );
        if (attempt) await run(attempt, resource);
      } finally {
        leave();
      }
    } catch (error) {
      if (error instanceof JobLater) throw error;
      observer.troubled('execute a step', error);
    }
  }

  function unlessAway<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
    return deps.outage.unlessAway((isWanted) =>
      whileAway(ask, {
        isWanted: () => isWanted() && !isStopping(),
        onOutage: (error) => observer.troubled(what, error),
      }),
    );
  }

  /** If the model is above its rate or paused, the step leaves its slot to others. */
  async function requireAdmission(
    resource: string,
    { isReserved = false }: StepJob,
  ): Promise<void> {
    const admission = await deps.rates.admit(resource, isReserved);
    if (admission.waitMs === 0) return;
    throw new JobLater(admission.waitMs, { resource, isReserved: admission.isReserved });
  }

  async function run(attempt: ClaimedAttempt, resource: string | null): Promise<void> {
    const id = stepJobId(attempt);
    const abort = new AbortController();
    const execution: Execution = { attempt, resource, abort, hasBegun: false };
    if (isStopping()) abort.abort(new StepDeferred());
    executions.set(id, execution);
    const telling = setTimeout(deps.tellChanged, TELL_START_AFTER_MS, attempt.runId);
    try {
      const { result, output, startedAtMs, endedAtMs, log } = await runAttempt(execution);
      if (abort.signal.reason instanceof Cancelled) return;
      const key = keyOf(attempt);
      const kept = { output: output?.text ?? null, outputRef: output?.ref ?? null };
      await record({ ...key, startedAtMs, endedAtMs, result, ...kept, log });
    } finally {
      clearTimeout(telling);
      executions.delete(id);
    }
  }

  /** If PostgreSQL refuses the result, the attempt fails without a retry. */
  async function record(attempt: RecordedAttempt): Promise<void> {
    try {
      await results.send(attempt);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      observer.troubled('record results', error);
      await results.send(refused(attempt));
    }
  }

  function abortMissing(asked: readonly AttemptKey[], still: readonly AttemptKey[]): void {
    const kept = new Set(still.map(stepJobId));
    for (const key of asked) {
      const id = stepJobId(key);
      if (!kept.has(id)) executions.get(id)?.abort.abort(new Cancelled());
    }
  }

  async function look(): Promise<void> {
    const runs = new Set(changedRuns);
    changedRuns.clear();
    const asked = executing().filter(({ runId }) => runs.has(runId));
    if (asked.length === 0) return;
    abortMissing(asked, await storage.loadHeldAttempts(workerId, asked));
  }

  function executing(): AttemptKey[] {
    return [...executions.values()].map(({ attempt }) => keyOf(attempt));
  }

  return {
    async execute(job) {
      const executed = execute(job);
      jobs.set(executed, stepJobId(job));
      try {
        await executed;
      } finally {
        jobs.delete(executed);
      }
    },
    changed(runId) {
      changedRuns.add(runId);
      if (changedRuns.size > 1) return;
      setTimeout(() => {
        look().catch((error: unknown) => observer.troubled('look for cancelled steps', error));
      }, LOOK_AFTER_MS);
    },
    executing,
    check(before, rows) {
      abortMissing(before, rows);
      const known = new Set(jobs.values());
      strays.check(rows.filter((key) => !known.has(stepJobId(key))));
    },
    async stop(graceMs) {
      stopping.abort(new JobLater(0));
      for (const { abort, hasBegun } of executions.values())
        if (!hasBegun) abort.abort(new StepDeferred());
      const idle = Promise.allSettled(jobs.keys());
      await Promise.race([idle, sleep(graceMs, undefined, { ref: false })]);
      for (const { abort } of executions.values()) abort.abort(new StepDeferred());
      await Promise.race([idle, sleep(ABORT_MS, undefined, { ref: false })]);
    },
  };
}

function refused(attempt: RecordedAttempt): RecordedAttempt {
  const message = "PostgreSQL rejected the result of the attempt. The worker's log has the reason.";
  const error = new AioError('not_storable', message);
  return { ...attempt, result: toFailedResult(error), output: null, outputRef: null, log: null };
}

function keyOf({ runId, step, iteration, attempt }: AttemptKey): AttemptKey {
  return { runId, step, iteration, attempt };
}
