import { compilePlan } from '../../definition/compile.ts';
import type { WorkflowDefinition } from '../../definition/schema.ts';
import { beginInline, learnCancelled } from '../attempts.ts';
import { applyEvent } from '../events.ts';
import { restoreRun } from '../restore.ts';
import type { ClaimedRun, Message } from '../rows.ts';
import { hasChanges, takeChanges } from '../next-commit.ts';
import { type Effect, findStep, nextDueAt, type RunSources, type RunState } from '../run-state.ts';
import { scopeOf } from '../scope.ts';
import type { AttemptResult } from '../step-outcome.ts';
import type { AttemptEnd, StepState } from '../step-state.ts';
import { evaluate, nextTask, templatesOf } from '../tasks.ts';
import { type Choose, failed, SimulatedExecutors } from './simulated-executors.ts';
import { nameOf, type Row, toStored, writeRow } from './simulated-rows.ts';

/**
 * Simulates one run in memory: its rows, executors, people who decide, a clock, and orchestrators. At any moment,
 * another orchestrator can take over and continue from the rows.
 */
export class SimulatedRun {
  readonly rows = new Map<string, Row>();
  readonly numbers: number[] = [];
  readonly executors: SimulatedExecutors;
  /** Attempts whose end was reported, by the names of their rows. */
  readonly ends = new Map<string, number>();
  status = 'running';
  output: string | null = null;
  stepsTotal: number;
  stepsDone = 0;
  stepsSucceeded = 0;
  readonly #plan;
  readonly #choose: Choose;
  readonly #approvals = new Set<string>();
  readonly #messages: Message[] = [];
  #run: RunState;
  #eventSeq = 1;
  #nowMs = 1000;
  #ids = 0;

  constructor(definition: WorkflowDefinition, choose: Choose) {
    this.#plan = compilePlan(definition);
    this.#choose = choose;
    this.executors = new SimulatedExecutors(this.rows, choose);
    this.stepsTotal = this.#plan.steps.length;
    this.#run = this.#claim(false);
  }

  get isOver(): boolean {
    return this.status !== 'running';
  }

  /** Makes one random thing happen. */
  move(): void {
    const moves = [
      () => this.#commit(),
      () => this.#commit(),
      () => this.#look(),
      () => this.#look(),
      () => this.executors.begin(this.#nowMs),
      () => this.executors.end(this.#nowMs),
      () => this.#handOver(),
      () => this.#decide(),
      () => this.#passTime(),
      () => this.#takeOver(),
    ];
    moves[this.#choose(moves.length)]!();
  }

  /** Finishes the run with one orchestrator. */
  finish(): void {
    for (let round = 0; round < 2000 && !this.isOver; round++) {
      this.executors.begin(this.#nowMs, true);
      this.executors.end(this.#nowMs);
      this.#decide();
      this.#passTime();
      this.#look();
      this.#commit();
    }
  }

  #claim(resumed: boolean): RunState {
    const claim = {
      id: 'run',
      workflowName: 'w',
      owner: 'local',
      epoch: 1,
      changes: 0,
      eventSeq: this.#eventSeq,
      stepsTotal: this.stepsTotal,
      stepsDone: this.stepsDone,
      stepsSucceeded: this.stepsSucceeded,
      costUsd: 0,
      unpricedCalls: 0,
      input: '{"n": 3}',
      createdAtMs: 1000,
      deadlineAtMs: null,
      resumed,
    } as ClaimedRun;
    const sources: RunSources = {
      now: () => this.#nowMs,
      newId: () => `id-${++this.#ids}`,
      stepSpanId: () => null,
      newChildSpan: () => ({ traceparent: null, parentSpanId: null }),
      random: () => 0.5,
    };
    const stored = resumed ? [...this.rows.values()].map(toStored) : [];
    const run = restoreRun({ claim, plan: this.#plan, version: 1, sources }, stored);
    this.#work(run);
    return run;
  }

  /** Loses the orchestrator and its uncommitted changes, with its executor or without. */
  #takeOver(): void {
    if (this.isOver) return;
    this.executors.die(this.#nowMs);
    this.#run = this.#claim(true);
    this.#look();
  }

  /** Does all tasks, like an orchestrator. */
  #work(run: RunState): void {
    for (let task = nextTask(run); task !== null; task = nextTask(run)) {
      if (task.type === 'evaluate')
        evaluate(run, task.evaluation, this.#outputs(templatesOf(run, task.evaluation)));
      else this.#execute(run, task.step);
    }
  }

  #execute(run: RunState, step: StepState): void {
    const { work } = step;
    beginInline(run, step);
    const outputs = this.#outputs([work.with]);
    let result: AttemptResult;
    let value: unknown = null;
    try {
      const given = work.with.evaluate(scopeOf(run, [work.with], outputs, step)) as {
        value: unknown;
      };
      value = given.value ?? null;
      if (work.kind === 'delay') result = { type: 'delay', delayMs: 50 };
      else if (work.kind === 'approval')
        result = { type: 'approval', message: null, approver: null };
      else result = { type: 'succeeded', usage: null };
    } catch {
      result = failed(false);
    }
    const text = JSON.stringify(value);
    const output = { text, chars: text.length, value };
    const { attempt } = step;
    const end = { atMs: this.#nowMs, result, output };
    applyEvent(run, { type: 'executed', step, attempt, end });
  }

  #outputs(templates: readonly ({ reads: Iterable<string> } | null)[]): Map<number, unknown> {
    const values = new Map<number, unknown>();
    for (const template of templates) {
      for (const id of template?.reads ?? [])
        values.set(this.#plan.indexOf.get(id)!, this.#outputOf(id));
    }
    return values;
  }

  #outputOf(id: string): unknown {
    const step = this.#plan.steps[this.#plan.indexOf.get(id)!]!;
    if (!step.map) return parse(this.rows.get(`${id} -1`)?.output ?? null);
    return [...this.rows.values()]
      .filter((row) => row.step === id && row.iteration >= 0)
      .sort((a, b) => a.iteration - b.iteration)
      .map((row) => parse(row.output));
  }

  /** Writes like `commitProgress`. */
  #commit(): void {
    if (this.isOver || !hasChanges(this.#run)) return;
    const { progress, effects } = takeChanges(this.#run);
    this.executors.handedOver.clear();
    this.#eventSeq = progress.eventSeq;
    this.stepsTotal = progress.stepsTotal;
    this.stepsDone = progress.stepsDone;
    this.stepsSucceeded = progress.stepsSucceeded;
    const cancelled = progress.steps.flatMap((write) => writeRow(this.rows, write));
    for (const attempt of progress.attempts) {
      if (attempt.startedSeq !== null) this.numbers.push(attempt.startedSeq);
      this.numbers.push(attempt.finishedSeq);
    }
    for (const { step, iteration } of progress.approvals)
      this.#approvals.add(`${step} ${iteration}`);
    for (const { step, iteration } of progress.unasked)
      this.#approvals.delete(`${step} ${iteration}`);
    const deleted = new Set(progress.applied.map(({ message }) => message));
    for (const [index, message] of [...this.#messages.entries()].reverse())
      if (deleted.has(message.id)) this.#messages.splice(index, 1);
    if (progress.finishedSeq !== null) {
      this.numbers.push(progress.finishedSeq);
      this.status = progress.status;
      this.output = progress.output;
    }
    learnCancelled(effects, cancelled);
    this.#follow(effects);
    this.#work(this.#run);
  }

  #follow(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type === 'look') this.#look();
      const endsAttempt =
        effect.type === 'attemptFailed' ||
        effect.type === 'attemptLost' ||
        (effect.type === 'stepEnded' && effect.end.endsAttempt && effect.step.attempt > 0);
      if (!endsAttempt) continue;
      const name = nameOf({ ...effect.step, step: effect.step.step.id });
      this.ends.set(name, (this.ends.get(name) ?? 0) + 1);
    }
  }

  /** Attempts in the orchestrator's process succeed, and the next commit records that. */
  #handOver(): void {
    for (const row of this.executors.underWay()) {
      const step = findStep(this.#run, row);
      if (!step) continue;
      const text = JSON.stringify(row.iteration);
      const output = { text, chars: text.length, value: row.iteration };
      const result = { type: 'succeeded', usage: null } as const;
      this.#report(row, { atMs: this.#nowMs, result, output });
      if (step.status === 'succeeded') this.executors.handedOver.add(row);
    }
    this.#work(this.#run);
  }

  #report({ step, iteration, attempt, startedAt }: Row, ended: AttemptEnd | null): void {
    const common = { runId: 'run', workerId: 'executor', spanId: null };
    const laneStep = { ...common, step, iteration, attempt, startedAtMs: startedAt!, ended };
    applyEvent(this.#run, { type: 'laneStep', row: laneStep });
  }

  /** A person decides an approval, even while no orchestrator holds the run. */
  #decide(): void {
    const [asked] = this.#approvals;
    if (asked === undefined) return;
    this.#approvals.delete(asked);
    const [step, iteration] = asked.split(' ') as [string, string];
    const status = this.#choose(3) === 0 ? 'rejected' : 'approved';
    this.#messages.push({
      id: ++this.#ids,
      type: 'approval',
      step,
      iteration: Number(iteration),
      attempt: null,
      body: { status, comment: null, decidedBy: 'ann' },
      output: null,
      traceparent: null,
      sentAtMs: this.#nowMs,
    });
  }

  #passTime(): void {
    this.#nowMs += 10 + this.#choose(2000);
    const dueAt = nextDueAt(this.#run);
    if (dueAt !== null && dueAt <= this.#nowMs) {
      applyEvent(this.#run, { type: 'time', nowMs: this.#nowMs });
      this.#work(this.#run);
    }
  }

  /** Returns all changes again, like `loadChanges`. */
  #look(): void {
    if (this.isOver) return;
    for (const row of this.rows.values()) {
      if (row.status !== 'running' || row.workerId !== 'executor') continue;
      const value = row.ended?.output ?? null;
      const output = { text: null, chars: JSON.stringify(value).length, value };
      this.#report(row, row.ended && { ...row.ended, output });
    }
    for (const message of this.#messages) applyEvent(this.#run, { type: 'message', message });
    this.#work(this.#run);
  }
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
