import { setTimeout as sleep } from 'node:timers/promises';
import { AioError } from '@aio/core/errors';
import { isSuspect } from '@aio/core/run/attempts';
import { type StepJob, stepJobId } from '@aio/core/run/jobs';
import type { AttemptEnd } from '@aio/core/run/step-state';
import { toFailedResult } from '@aio/core/run/step-outcome';
import type {
  AttemptKey,
  ChangedRun,
  ClaimedAttempt,
  EngineStorage,
  LaneStep,
} from '@aio/core/run/storage';
import { type Batch, createBatch } from '@aio/platform/batch';
import { isUnavailable } from '@aio/platform/postgres/database-error';
import { JobLater } from '@aio/platform/queues/queue-worker';
import { StepDeferred } from './run-attempt.ts';
import type { Outage } from '../outage.ts';
import { createStrays } from '../strays.ts';
import { whileAway } from '../../while-away.ts';
import {
  AttemptRunner,
  type AttemptRunnerDeps,
  Cancelled,
  type Execution,
  tracedRun,
} from './attempt-runner.ts';
import { findResource } from './find-resource.ts';
import { createGate } from './gate.ts';

const ATTEMPTS_PER_STATEMENT = 200;
/** Delay of a start's report: most attempts end sooner, and one report says both. */
const TELL_START_AFTER_MS = 50;
/**
 * A success whose commit takes longer is recorded by the executor as well: an earlier commit of the run may wait for an
 * answer that is lost.
 */
const COMMIT_WITHIN_MS = 1000;
/** The executor asks for changed runs together after this time; until then a cancelled attempt goes on. */
const ABORT_CANCELLED_AFTER_MS = 100;
/** How long an aborted attempt may take to end after the grace. */
const ABORT_MS = 2000;

export interface ExecutorDeps extends AttemptRunnerDeps {
  storage: EngineStorage;
  outage: Outage;
  /** See `Orchestrator.handOver`. */
  handOver: (report: LaneStep) => Promise<boolean>;
  /** Notifies the worker that holds the run. */
  tellChanged: (runId: string) => void;
  /** Called with runs that got results. A run that no worker holds needs a worker. */
  recorded: (runs: readonly ChangedRun[]) => void;
}

/** A job with the id of its span; null = not traced. */
type TracedJob = StepJob & { spanId: string | null };

/** Executes steps of lanes, one attempt per job. */
export class Executor {
  readonly #deps: ExecutorDeps;
  readonly #runner: AttemptRunner;
  readonly #executions = new Map<string, Execution>();
  /** Jobs and their ids, from before the claim until the result is recorded. */
  readonly #jobs = new Map<Promise<void>, string>();
  readonly #gate = createGate();
  readonly #changedRuns = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #claims: Batch<TracedJob, ClaimedAttempt | undefined>;
  readonly #results: Batch<AttemptKey & AttemptEnd, void>;
  readonly #strays;

  constructor(deps: ExecutorDeps) {
    this.#deps = deps;
    this.#runner = new AttemptRunner(deps);
    this.#claims = createBatch({
      most: ATTEMPTS_PER_STATEMENT,
      ask: (jobs) => this.#claimAll(jobs),
    });
    this.#results = createBatch({
      most: ATTEMPTS_PER_STATEMENT,
      ask: (attempts) => this.#recordAll(attempts),
    });
    // Defers attempts whose claim's answer was lost: another worker executes them, and they do not count.
    this.#strays = createStrays(stepJobId, (keys: readonly AttemptKey[]) => {
      const end = { atMs: deps.clock.now(), result: { type: 'deferred' }, output: null } as const;
      for (const key of keys) void this.#record({ ...key, ...end }).catch(() => undefined);
    });
  }

  /**
   * Executes the attempt of a job, unless it is cancelled or claimed elsewhere.
   * @throws JobLater if this worker cannot start it now
   */
  async execute(job: StepJob): Promise<void> {
    const executed = this.#execute(job);
    this.#jobs.set(executed, stepJobId(job));
    try {
      await executed;
    } finally {
      this.#jobs.delete(executed);
    }
  }

  async #execute(job: StepJob): Promise<void> {
    const { observer } = this.#deps;
    if (this.#isStopping) throw new JobLater(0);
    try {
      const resource = await this.#unlessAway('find the resource of a step', () =>
        findResource(this.#deps, job),
      );
      if (resource !== null) await this.#requireAdmission(resource, job);
      const leave = await this.#gate.enter(isSuspect(job));
      try {
        const attempt = await this.#unlessAway('claim an attempt', () =>
          this.#claims.send({ ...job, spanId: observer.jobSpanId() }),
        );
        if (attempt) await this.#run(attempt, resource);
      } finally {
        leave();
      }
    } catch (error) {
      if (error instanceof JobLater) throw error;
      observer.troubled('execute a step', error);
    }
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #unlessAway<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
    const { outage, observer } = this.#deps;
    return outage.unlessAway((isWanted) =>
      whileAway(ask, {
        isWanted: () => isWanted() && !this.#isStopping,
        onOutage: (error) => observer.troubled(what, error),
      }),
    );
  }

  /** If the model is above its rate or paused, the step leaves its slot to others. */
  async #requireAdmission(resource: string, { isReserved = false }: StepJob): Promise<void> {
    const admission = await this.#deps.rates.admit(resource, isReserved);
    if (admission.waitMs === 0) return;
    throw new JobLater(admission.waitMs, {
      resource,
      isReserved: admission.isReserved,
      aboveShare: 0,
    });
  }

  async #claimAll(jobs: readonly TracedJob[]): Promise<(ClaimedAttempt | undefined)[]> {
    const { storage, workerId, clock } = this.#deps;
    const startedAtMs = clock.now();
    const claimed = await storage.claimAttempts({ workerId, startedAtMs, attempts: jobs });
    const byId = new Map(claimed.map((attempt) => [stepJobId(attempt), attempt]));
    return jobs.map((job) => {
      const id = stepJobId(job);
      const attempt = byId.get(id);
      // If BullMQ delivers a job twice at once, one delivery gets the attempt.
      byId.delete(id);
      return attempt;
    });
  }

  async #run(attempt: ClaimedAttempt, resource: string | null): Promise<void> {
    const id = stepJobId(attempt);
    const abort = new AbortController();
    const execution: Execution = { attempt, resource, abort, hasBegun: false };
    if (this.#isStopping) abort.abort(new StepDeferred());
    this.#executions.set(id, execution);
    const { workerId, clock, observer } = this.#deps;
    const { spanId } = attempt;
    const started = { ...keyOf(attempt), workerId, spanId, startedAtMs: clock.now(), ended: null };
    const telling = setTimeout(() => void this.#tellStart(started), TELL_START_AFTER_MS);
    try {
      const end = await this.#runner.run(execution);
      if (abort.signal.reason instanceof Cancelled) return;
      const isRecorded = end.result.type === 'succeeded' && (await this.#handOver(started, end));
      if (isRecorded) return;
      await this.#record({ ...keyOf(attempt), ...end });
      const work = { type: 'commit', runs: null, isOfJob: true } as const;
      observer.worked(tracedRun(attempt), { ...work, sinceMs: end.atMs, untilMs: clock.now() });
    } finally {
      clearTimeout(telling);
      this.#executions.delete(id);
      this.#runner.leavePlace(execution);
    }
  }

  /** true = a commit of the run has recorded the success. */
  async #handOver(started: LaneStep, ended: AttemptEnd): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, COMMIT_WITHIN_MS, false);
    try {
      return await Promise.race([this.#deps.handOver({ ...started, ended }), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #tellStart(started: LaneStep): Promise<void> {
    if (!(await this.#deps.handOver(started))) this.#deps.tellChanged(started.runId);
  }

  /** If PostgreSQL refuses the result, the attempt fails without a retry. */
  async #record(attempt: AttemptKey & AttemptEnd): Promise<void> {
    try {
      await this.#results.send(attempt);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.#deps.observer.troubled('record results', error);
      await this.#results.send(refused(attempt));
    }
  }

  async #recordAll(attempts: readonly (AttemptKey & AttemptEnd)[]): Promise<void[]> {
    const { storage, workerId, observer } = this.#deps;
    const runs = await whileAway(() => storage.recordAttempts({ workerId, attempts }), {
      onOutage: (error) => observer.troubled('record results', error),
    });
    this.#deps.recorded(runs);
    return attempts.map(() => undefined);
  }

  /** Aborts attempts of the run that are cancelled. */
  changed(runId: string): void {
    this.#changedRuns.add(runId);
    if (this.#changedRuns.size > 1) return;
    setTimeout(() => {
      this.#abortCancelled().catch((error: unknown) =>
        this.#deps.observer.troubled('look for cancelled steps', error),
      );
    }, ABORT_CANCELLED_AFTER_MS);
  }

  async #abortCancelled(): Promise<void> {
    const { storage, workerId } = this.#deps;
    const runs = new Set(this.#changedRuns);
    this.#changedRuns.clear();
    const asked = this.executing().filter(({ runId }) => runs.has(runId));
    if (asked.length === 0) return;
    this.#abortMissing(asked, await storage.loadHeldAttempts(workerId, asked));
  }

  #abortMissing(asked: readonly AttemptKey[], still: readonly AttemptKey[]): void {
    const kept = new Set(still.map(stepJobId));
    for (const key of asked) {
      const id = stepJobId(key);
      if (!kept.has(id)) this.#executions.get(id)?.abort.abort(new Cancelled());
    }
  }

  executing(): AttemptKey[] {
    return [...this.#executions.values()].map(({ attempt }) => keyOf(attempt));
  }

  /**
   * Compares the attempts under way with their rows, at each heartbeat.
   * @param before attempts under way before the rows were read
   * @param rows running attempts whose rows name this worker
   */
  check(before: readonly AttemptKey[], rows: readonly AttemptKey[]): void {
    this.#abortMissing(before, rows);
    const known = new Set(this.#jobs.values());
    this.#strays.check(rows.filter((key) => !known.has(stepJobId(key))));
  }

  /** Gives attempts the grace to end, and aborts the rest. Other workers execute those again. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort(new JobLater(0));
    for (const { abort, hasBegun } of this.#executions.values())
      if (!hasBegun) abort.abort(new StepDeferred());
    const idle = Promise.allSettled(this.#jobs.keys());
    await Promise.race([idle, sleep(graceMs, undefined, { ref: false })]);
    for (const { abort } of this.#executions.values()) abort.abort(new StepDeferred());
    await Promise.race([idle, sleep(ABORT_MS, undefined, { ref: false })]);
  }
}

function refused(attempt: AttemptKey & AttemptEnd): AttemptKey & AttemptEnd {
  const message = "PostgreSQL rejected the result of the attempt. The worker's log has the reason.";
  const error = new AioError('not_storable', message);
  return { ...attempt, result: toFailedResult(error), output: null, log: null };
}

function keyOf({ runId, step, iteration, attempt }: AttemptKey): AttemptKey {
  return { runId, step, iteration, attempt };
}
