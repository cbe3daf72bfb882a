import { waitsForOf } from '../definition/kinds/registry.ts';
import type { Plan } from '../definition/plan.ts';
import { makeReady } from './attempts.ts';
import { follow, itemFailure, keepEnd } from './end-step.ts';
import { createOutputs } from './kept-outputs.ts';
import { createReadiness } from './readiness.ts';
import type { ClaimedRun, StoredStep } from './rows.ts';
import { addStep, createRunState, type RunSources, type RunState, setDue } from './run-state.ts';
import { isStepTerminal, type StepStatus } from './states.ts';
import { createStep, isInLane, isMap, type StepState } from './step-state.ts';

/** Restores a claimed run from its rows. A new run has none. */
export function restoreRun(
  parts: { claim: ClaimedRun; plan: Plan; version: number; sources: RunSources },
  stored: readonly StoredStep[],
): RunState {
  const { claim, plan } = parts;
  const run = createRunState({
    ...parts,
    input: JSON.parse(claim.input) as unknown,
    readiness: createReadiness(plan, storedStatuses(plan, stored)),
    outputs: createOutputs(plan),
  });
  const open: StepState[] = [];
  for (const row of stored) {
    if (isStepTerminal(row.status)) restoreEnd(run, row);
    else open.push(restoreStep(run, row));
  }
  // After the ends, because steps that follow are ready from then on.
  follow(run, run.readiness.begin());
  for (const step of open) resume(run, step);
  return run;
}

/** Statuses by index. A step without a row is pending. */
function storedStatuses(plan: Plan, stored: readonly StoredStep[]): StepStatus[] {
  const statuses: StepStatus[] = plan.steps.map(() => 'pending');
  for (const row of stored) {
    if (row.iteration === -1) statuses[plan.indexOf.get(row.step)!] = row.status;
  }
  return statuses;
}

function restoreEnd(run: RunState, row: StoredStep): void {
  const index = run.plan.indexOf.get(row.step)!;
  if (row.iteration >= 0) return restoreItemEnd(run, index, row);
  run.endedAtMs[index] = row.finishedAtMs ?? 0;
  keepEnd(run, index, { attempt: row.attempt, spanId: row.spanId, error: row.error });
  run.outputs.readerEnded(index);
  if (row.status === 'failed' && run.plan.steps[index]!.onFailure !== 'continue') {
    run.failure ??= { ...row.error!, step: row.step };
  }
}

function restoreItemEnd(run: RunState, index: number, row: StoredStep): void {
  const items = run.restoredItems.get(index) ?? {
    ended: new Set<number>(),
    endedAtMs: 0,
    failure: null,
  };
  items.ended.add(row.iteration);
  items.endedAtMs = Math.max(items.endedAtMs, row.finishedAtMs!);
  const { onItemFailure } = run.plan.steps[index]!.map!;
  if (row.status === 'failed' && onItemFailure !== 'continue') {
    items.failure ??= itemFailure(row.iteration, row.error!);
  }
  run.restoredItems.set(index, items);
}

function restoreStep(run: RunState, row: StoredStep): StepState {
  const step = createStep(run.plan.steps[run.plan.indexOf.get(row.step)!]!, {
    iteration: row.iteration,
  });
  step.status = row.status;
  step.attempt = row.attempt;
  step.crashes = row.crashes;
  step.spanId = row.spanId;
  step.approvalId = row.approvalId;
  if (row.status === 'running' && isInLane(step)) {
    step.workerId = row.workerId;
    if (row.startedSeq === null) forgetStart(step);
  }
  step.rateLimits = row.rateLimits;
  step.firstReadyAtMs = row.firstReadyAtMs;
  step.firstStartedAtMs = row.firstStartedAtMs;
  step.readyAtMs = row.readyAtMs;
  step.startedAtMs = row.startedAtMs;
  if (row.status === 'waiting') {
    step.waitsFor = (row.error === null && waitsForOf(step.work.kind)) || 'retry';
    // An attempt that ends in a wait does nothing before it.
    step.waitingSinceMs = row.attemptEndedAtMs ?? row.startedAtMs;
    setDue(run, step, row.dueAtMs);
  }
  addStep(run, step);
  return step;
}

/**
 * Continues an open step. For a step in a lane, the executor or the reconciler writes the end. A map is expanded
 * again, and then continues with its items.
 */
function resume(run: RunState, step: StepState): void {
  if (isMap(step)) run.tasks.evaluations.push({ type: 'prepare', step, condition: null });
  else if (step.iteration === -1 && step.status === 'ready' && step.workerId === null)
    makeReady(run, step);
  else if (step.status === 'running' && !isInLane(step)) startAgain(run, step);
}

/** The worker that executed it died between the commits of its start and its end. */
function startAgain(run: RunState, step: StepState): void {
  step.attempt--;
  makeReady(run, step);
}

/** An executor started it, but no orchestrator numbered the start. The next look at changes applies the start. */
function forgetStart(step: StepState): void {
  step.status = 'ready';
  step.attempt--;
}
