import { AioError } from '@aio/core/errors';
import { beginInline } from '@aio/core/run/attempts';
import { failRun } from '@aio/core/run/end-run';
import { applyEvent } from '@aio/core/run/events';
import { hasChanges } from '@aio/core/run/next-commit';
import { isOpen, nextDueAt } from '@aio/core/run/run-state';
import { findOutputs, scopeOf } from '@aio/core/run/scope';
import { outputOf } from '@aio/core/run/scope-of-facts';
import { toFailure } from '@aio/core/run/step-outcome';
import type { StepState } from '@aio/core/run/step-state';
import { evaluate, nextTask, type Task, templatesOf } from '@aio/core/run/tasks';
import { isUnavailable } from '@aio/platform/database-error';
import { Call } from '../executor/call.ts';
import { evaluateWith } from '../executor/evaluate-with.ts';
import { hasLongOutput, keepOutput } from '../executor/keep-output.ts';
import {
  type EndedCall,
  failedCall,
  LONGEST_TIMER_MS,
  runInline,
} from '../executor/run-attempt.ts';
import { AttemptLog } from '../executor/step-log.ts';
import { isStoreAway } from '../outputs.ts';
import { whileAway } from '../while-away.ts';
import {
  canGoOn,
  type HeldRun,
  type OrchestratorDeps,
  type Prepared,
  type Reading,
} from './held-run.ts';
import { releaseIfIdle } from './release.ts';

/** Inline steps receive nothing from outside, so they need no room. */
const NEEDS_NONE = () => Promise.resolve();

/** Does everything the run can do now, in slices of the event loop, and commits it. */
export function advance(deps: OrchestratorDeps, run: HeldRun): void {
  if (run.isAdvancing || run.isReleasing || run.state.phase === 'over') return;
  run.isAdvancing = true;
  try {
    work(deps, run);
  } finally {
    run.isAdvancing = false;
  }
  setTimer(deps, run);
  if (hasChanges(run.state)) deps.commit(run);
  else if (!run.isCommitting) settle(deps, run);
}

/** Continues what waited for a commit, once there is nothing to commit. */
export function settle(deps: OrchestratorDeps, run: HeldRun): void {
  for (const act of run.afterCommit.splice(0)) act();
  if (run.survived && !canGoOn(run)) {
    run.survived();
    run.survived = null;
  }
  releaseIfIdle(deps, run);
}

function work(deps: OrchestratorDeps, run: HeldRun): void {
  for (;;) {
    if (deps.slices.isOver()) {
      if (canGoOn(run)) deps.slices.later(run, () => advance(deps, run));
      return;
    }
    const prepared = run.prepared.shift() ?? prepare(deps, run, nextTask(run.state));
    if (prepared === null) return;
    if (prepared === 'later') continue;
    perform(deps, run, prepared);
    prepared.reservation?.close();
  }
}

/** Finds the outputs that the task's expressions name. `later` = it fetches them first, then calls `advance`. */
function prepare(
  deps: OrchestratorDeps,
  run: HeldRun,
  task: Task | null,
): Prepared | 'later' | null {
  if (task === null) return null;
  const { state } = run;
  const templates =
    task.type === 'evaluate' ? templatesOf(state, task.evaluation) : [task.step.work.with];
  const { values: outputs, missing } = findOutputs(state, templates);
  if (missing.length === 0) return { ...task, outputs, reservation: null };
  run.busy++;
  // The named outputs may be in a commit that has not ended.
  run.afterCommit.push(() => {
    readOutputs(deps, run, task, missing).then(
      (reading) => {
        for (const [index, value] of outputs) reading.outputs.set(index, value);
        goOn({ ...task, ...reading });
      },
      (error: unknown) => {
        deps.observer.troubled('fetch outputs', error);
        if (task.type === 'execute' && error instanceof AioError)
          return goOn({ ...task, outputs, reservation: null, failure: error });
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
    if (state.phase === 'over') next?.reservation?.close();
    else if (next) run.prepared.push(next);
    advance(deps, run);
  }
}

/** While the output store is away, an attempt fails and can be retried; an evaluation has no attempts, so it waits. */
async function readOutputs(
  { outputs, room, observer }: OrchestratorDeps,
  { state }: HeldRun,
  task: Task,
  missing: readonly number[],
): Promise<Reading> {
  const steps = missing.map((index) => state.plan.steps[index]!);
  const names = steps.map(({ id }) => id);
  return whileAway(
    async () => {
      const reservation = room.reserve();
      try {
        const facts = await outputs.loadFacts(state.claim.id, names, reservation);
        const byStep = Map.groupBy(facts, ({ step }) => step);
        const values = steps.map(({ id, index, map }) => {
          const rows = byStep.get(id) ?? [];
          // A map's output is its items' outputs in order. It is stored nowhere else.
          const items = rows.filter(({ iteration }) => iteration >= 0);
          return [index, map ? items.map(outputOf) : outputOf(rows[0])] as const;
        });
        return { outputs: new Map(values), reservation };
      } catch (error) {
        reservation.close();
        throw error;
      }
    },
    {
      isWanted: () => state.phase !== 'over',
      isAway: (error) => isUnavailable(error) || (task.type === 'evaluate' && isStoreAway(error)),
      onOutage: (error) => observer.troubled('fetch outputs', error),
    },
  );
}

function perform(deps: OrchestratorDeps, run: HeldRun, prepared: Prepared): void {
  if (prepared.type === 'evaluate') evaluate(run.state, prepared.evaluation, prepared.outputs);
  else if (isOpen(run.state, prepared.step)) execute(deps, run, prepared.step, prepared);
}

/**
 * Executes an inline step. Its start and end share the commit of the steps before it, so a crash undoes both, and a chain
 * of inline steps takes one commit.
 */
function execute(
  deps: OrchestratorDeps,
  run: HeldRun,
  step: StepState,
  { outputs, failure }: Reading,
): void {
  const { state, abort } = run;
  const { clock, observer } = deps;
  const { work } = step;
  const kind = deps.kinds.get(work.kind)!;
  beginInline(state, step);
  const { attempt } = step;
  const end = ({ result, output, endedAtMs: atMs }: EndedCall, log: AttemptLog | null) =>
    applyEvent(state, {
      type: 'executed',
      step,
      end: {
        attempt,
        atMs,
        result,
        output,
        log: log?.take() ?? null,
      },
    });
  const later = (ended: Promise<EndedCall>, log: AttemptLog) => {
    run.busy++;
    void ended.then((executed) => {
      run.busy--;
      end(executed, log);
      advance(deps, run);
    });
  };
  const keep = (ended: EndedCall) => keepOutput(deps.outputs, state.claim.id, ended, abort.signal);
  let call: Call;
  let log: AttemptLog;
  try {
    if (failure) throw failure;
    const given = evaluateWith(kind, work, scopeOf(state, [work.with], outputs, step), {});
    log = new AttemptLog(observer, state.claim, { ...step }, given.redactor);
    const trace = observer.stepContext(state.claim, step);
    call = new Call(state.claim, step, { ...given, abort, log, trace, makeRoom: NEEDS_NONE });
  } catch (error) {
    return end(failedCall(error, clock.now()), null);
  }
  const ended = runInline(kind, call, clock);
  if (ended instanceof Promise) later(ended.then(keep), log);
  else if (hasLongOutput(ended)) later(keep(ended), log);
  else end(ended, log);
}

/** Sets the run's one timer, for the wait that ends first. */
function setTimer(deps: OrchestratorDeps, run: HeldRun): void {
  if (run.timer) clearTimeout(run.timer);
  run.timer = null;
  const dueAt = nextDueAt(run.state);
  if (dueAt === null || run.state.phase !== 'working') return;
  const delayMs = Math.min(Math.max(0, Math.ceil(dueAt - deps.clock.now())), LONGEST_TIMER_MS);
  run.timer = setTimeout(() => {
    run.timer = null;
    applyEvent(run.state, { type: 'time', nowMs: deps.clock.now() });
    advance(deps, run);
  }, delayMs);
}
