import { AioError } from '@aio/core/errors';
import { beginInline } from '@aio/core/run/attempts';
import { failRun } from '@aio/core/run/end-run';
import { applyEvent } from '@aio/core/run/events';
import type { Moment } from '@aio/core/run/rows';
import { type Evaluation, isOpen } from '@aio/core/run/run-state';
import { findOutputs, scopeOf } from '@aio/core/run/scope';
import { outputOf } from '@aio/core/run/scope-of-facts';
import { toFailure } from '@aio/core/run/step-outcome';
import type { AttemptEnd, StepState } from '@aio/core/run/step-state';
import type { EngineStorage } from '@aio/core/run/storage';
import { evaluate, nextTask, type Task, templatesOf } from '@aio/core/run/tasks';
import type { DatabaseClock } from '@aio/platform/postgres/database-clock';
import type { Slices } from '@aio/platform/postgres/slices';
import type { StepKind } from '../../steps/step-kind.ts';
import { Call } from '../executor/call.ts';
import { evaluateWith } from '../executor/evaluate-with.ts';
import { failedAttempt, runInline } from '../executor/run-attempt.ts';
import { AttemptLog } from '../executor/step-log.ts';
import type { ExpressionField, Observer } from '../observer.ts';
import { whileAway } from '../../while-away.ts';
import type { HeldRun, Prepared, Reading } from './held-run.ts';

export interface TaskDeps {
  storage: Pick<EngineStorage, 'loadFacts'>;
  kinds: ReadonlyMap<string, StepKind>;
  slices: Slices;
  clock: DatabaseClock;
  observer: Observer;
}

/** Inline steps receive nothing from outside, so they need no place. */
const NEEDS_NONE = () => Promise.resolve();

/**
 * Performs the tasks that the run has now, until its slice of the event loop is over.
 * @returns when the last of them was evaluated
 */
export function performTasks(deps: TaskDeps, run: HeldRun): Moment {
  let sinceMs = run.turnSinceMs ?? deps.clock.now();
  run.turnSinceMs = null;
  for (;;) {
    if (deps.slices.isOver()) {
      if (!run.canGoOn) return sinceMs;
      run.turnSinceMs = sinceMs;
      deps.slices.later(run, () => run.advance());
      return sinceMs;
    }
    const prepared = run.prepared.shift() ?? prepare(deps, run, nextTask(run.state), sinceMs);
    if (prepared === null) return sinceMs;
    if (prepared === 'later') continue;
    sinceMs = perform(deps, run, prepared);
  }
}

/** Finds the outputs that the task's expressions name. `later` = it fetches them first, then advances the run. */
function prepare(
  deps: TaskDeps,
  run: HeldRun,
  task: Task | null,
  sinceMs: Moment,
): Prepared | 'later' | null {
  if (task === null) return null;
  const { state } = run;
  const templates =
    task.type === 'evaluate' ? templatesOf(state, task.evaluation) : [task.step.work.with];
  const { values: outputs, missing } = findOutputs(state, templates);
  if (missing.length === 0) return { ...task, sinceMs, outputs };
  run.busy++;
  // The named outputs may be in a commit that has not ended.
  run.afterCommit.push(() => {
    if (state.phase === 'over') return;
    readOutputs(deps, run, missing).then(
      (reading) => {
        for (const [index, value] of outputs) reading.outputs.set(index, value);
        goOn({ ...task, sinceMs, ...reading });
      },
      (error: unknown) => {
        deps.observer.troubled('fetch outputs', error);
        if (task.type === 'execute' && error instanceof AioError)
          return goOn({ ...task, sinceMs, outputs, failure: error });
        const names = missing.map((index) => state.plan.steps[index]!.id).join(', ');
        const failure = {
          code: 'outputs_unreadable',
          message: `The worker could not read the outputs of these steps: ${names}`,
          cause: toFailure(error),
        };
        if (state.phase === 'ending') failRun(state, failure);
        else state.failure ??= failure;
        goOn(null);
      },
    );
  });
  return 'later';

  function goOn(next: Prepared | null): void {
    run.busy--;
    if (next && state.phase !== 'over') run.prepared.push(next);
    run.advance();
  }
}

async function readOutputs(
  { storage, observer }: TaskDeps,
  { state }: HeldRun,
  missing: readonly number[],
): Promise<Reading> {
  const steps = missing.map((index) => state.plan.steps[index]!);
  const names = steps.map(({ id }) => id);
  const facts = await whileAway(() => storage.loadFacts(state.claim.id, names), {
    isWanted: () => state.phase !== 'over',
    onOutage: (error) => observer.troubled('fetch outputs', error),
  });
  const byStep = Map.groupBy(facts, ({ step }) => step);
  const values = steps.map(({ id, index, map }) => {
    const rows = byStep.get(id) ?? [];
    // A map's output is its items' outputs in order. It is stored nowhere else.
    const items = rows.filter(({ iteration }) => iteration >= 0);
    return [index, map ? items.map(outputOf) : outputOf(rows[0])] as const;
  });
  return { outputs: new Map(values) };
}

/** @returns when its expressions were evaluated */
function perform(deps: TaskDeps, run: HeldRun, prepared: Prepared): Moment {
  const { outputs, sinceMs } = prepared;
  if (prepared.type === 'execute')
    return isOpen(run.state, prepared.step) ? execute(deps, run, prepared) : sinceMs;
  const { evaluation } = prepared;
  evaluate(run.state, evaluation, outputs);
  const step = evaluation.type === 'conclude' ? null : evaluation.step;
  return reportEvaluation(deps, run, { field: fieldOf(evaluation), step, sinceMs });
}

function fieldOf(evaluation: Evaluation): ExpressionField {
  if (evaluation.type === 'conclude') return 'output';
  return evaluation.condition ? 'if' : 'over';
}

function reportEvaluation(
  { observer, clock }: TaskDeps,
  { state }: HeldRun,
  done: { field: ExpressionField; step: StepState | null; sinceMs: Moment },
): Moment {
  const untilMs = clock.now();
  observer.worked(state.claim, { ...done, type: 'evaluate', untilMs });
  return untilMs;
}

/**
 * Executes an inline step. Its start and end share the commit of the steps before it, so a crash undoes both, and a chain
 * of inline steps takes one commit.
 * @returns when its `with` was evaluated
 */
function execute(
  deps: TaskDeps,
  run: HeldRun,
  { step, outputs, failure, sinceMs }: Prepared & { type: 'execute' },
): Moment {
  const { state, abort } = run;
  const { clock, observer } = deps;
  const { work } = step;
  const kind = deps.kinds.get(work.kind)!;
  beginInline(state, step);
  const { attempt } = step;
  const apply = (end: AttemptEnd, log: AttemptLog | null) =>
    applyEvent(state, {
      type: 'executed',
      step,
      attempt,
      end: { ...end, log: log?.take() ?? null },
    });
  const later = (ended: Promise<AttemptEnd>, log: AttemptLog) => {
    run.busy++;
    void ended.then((end) => {
      run.busy--;
      apply(end, log);
      run.advance();
    });
  };
  const report = () => reportEvaluation(deps, run, { field: 'with', step, sinceMs });
  let call: Call;
  let log: AttemptLog;
  try {
    if (failure) throw failure;
    const given = evaluateWith(kind, work, scopeOf(state, [work.with], outputs, step), {});
    log = new AttemptLog(observer, state.claim, { ...step }, given.redactor);
    const trace = observer.stepContext(state.claim, step);
    call = new Call(state.claim, step, {
      ...given,
      workflowVersion: state.version,
      abort,
      log,
      trace,
      takePlace: NEEDS_NONE,
    });
  } catch (error) {
    const untilMs = report();
    apply(failedAttempt(error, untilMs), null);
    return untilMs;
  }
  const untilMs = report();
  const ended = runInline(kind, call, clock);
  if (ended instanceof Promise) later(ended, log);
  else apply(ended, log);
  return untilMs;
}
