import { AIO, ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { waitsForOf } from '@aio/core/definition/kinds/registry';
import { queueOf, RUN_QUEUE, stepJobId } from '@aio/core/run/jobs';
import type { ClaimedRun } from '@aio/core/run/rows';
import type { RunState } from '@aio/core/run/run-state';
import { keyOf, type StepEnd, type StepState } from '@aio/core/run/step-state';
import { contextOfStep, describeRun, placeOfRunSpan, stepSpanId } from '@aio/runtime/run-span';
import { linksToCause, sampledTraceId } from '@aio/runtime/trace-context';
import type { Tracing } from '@aio/runtime/tracing';
import { context, type Attributes, type Context } from '@opentelemetry/api';
import {
  decisionOf,
  errorTypeOf,
  kindOf,
  parentLinks,
  queueTimeMs,
  statusOf,
  stepAttributes,
} from './describe-work.ts';
import type { EngineWork, TracedRun } from '../engine/observer.ts';
import type { ContextOfRun } from './run-contexts.ts';

/** Shorter work of the engine has no span: an instant run has enough of them. */
const LEAST_WORK_MS = 1;

/**
 * Spans of runs and steps. They are created at the end, with the times of the rows. BullMQ creates the spans of jobs, and
 * step kinds those of calls.
 */
export class EngineSpans {
  readonly #tracing: Tracing;
  readonly #workerId: string;
  readonly #contextOf: ContextOfRun;

  constructor(deps: { tracing: Tracing; workerId: string; contextOf: ContextOfRun }) {
    this.#tracing = deps.tracing;
    this.#workerId = deps.workerId;
    this.#contextOf = deps.contextOf;
  }

  /** Parent of the spans below a step. */
  stepContext(run: TracedRun, key: { step: string; iteration: number }): Context {
    return contextOfStep(this.#contextOf(run), run.id, key);
  }

  #isTraced(run: TracedRun): boolean {
    return sampledTraceId(this.#contextOf(run)) !== undefined;
  }

  /** Spans of items are below their map's span. */
  #contextAbove(run: RunState, { step, iteration }: StepState): Context {
    return iteration === -1
      ? this.#contextOf(run.claim)
      : this.stepContext(run.claim, { step: step.id, iteration: -1 });
  }

  /** The run's wait for a worker. */
  runQueued(claim: ClaimedRun): void {
    this.#tracing.recordSpan(
      'queue',
      {},
      {
        parent: this.#contextOf(claim),
        startTime: claim.was === 'queued' ? claim.createdAtMs : claim.wantedAtMs,
        endTime: claim.nowMs,
        attributes: {
          [AIO.runId]: claim.id,
          [AIO.workflowName]: claim.workflowName,
          [ATTRIBUTES.messagingDestinationName]: RUN_QUEUE,
        },
      },
    );
  }

  /** Below the run, because a step that a lost commit has started may never get its span. */
  worked(run: TracedRun, work: EngineWork): void {
    const { type, sinceMs, untilMs } = work;
    if (untilMs - sinceMs < LEAST_WORK_MS || !this.#isTraced(run)) return;
    this.#tracing.recordSpan(
      type,
      { field: type === 'evaluate' ? work.field : '' },
      {
        parent: work.isOfJob ? context.active() : this.#contextOf(run),
        startTime: sinceMs,
        endTime: untilMs,
        attributes: {
          [AIO.runId]: run.id,
          [AIO.workflowName]: run.workflowName,
          ...workAttributes(work),
        },
      },
    );
  }

  /** A mark below the run's span, which is exported at the end. */
  runStarted({ claim, version }: RunState): void {
    this.#tracing.recordSpan(
      'started',
      { workflow: claim.workflowName },
      {
        parent: this.#contextOf(claim),
        startTime: claim.nowMs,
        endTime: claim.nowMs,
        attributes: describeRun(claim, version),
      },
    );
  }

  runEnded(run: RunState, endedAtMs: number): void {
    const { claim } = run;
    this.#tracing.recordSpan(
      'run',
      { workflow: claim.workflowName },
      {
        ...placeOfRunSpan(claim),
        startTime: claim.createdAtMs,
        endTime: endedAtMs,
        links: linksToCause(claim.originTraceparent),
        attributes: {
          ...describeRun(claim, run.version),
          [AIO.runStatus]: run.status,
          [AIO.runStepsTotal]: run.stepsTotal,
        },
        errorType: run.status === 'failed' ? (run.failure?.code ?? 'failed') : null,
      },
    );
  }

  /** From ready to the step's end. Attempts in lanes are below it. */
  stepEnded(run: RunState, step: StepState, end: StepEnd): void {
    const { claim } = run;
    if (!this.#isTraced(claim) || step.firstReadyAtMs === null || end.status === 'skipped') return;
    this.#tracing.recordSpan(
      'step',
      { kind: kindOf(step) },
      {
        parent: this.#contextAbove(run, step),
        spanId: stepSpanId(claim.id, keyOf(step)),
        startTime: step.firstReadyAtMs,
        endTime: end.atMs,
        links: parentLinks(run, step),
        attributes: {
          ...stepAttributes(claim, step),
          [AIO.stepStatus]: statusOf(end),
          [AIO.stepParents]: step.step.needs.map((index) => run.plan.steps[index]!.id),
          [AIO.queueTimeMs]: queueTimeMs(step),
          [AIO.workerId]: step.workerId ?? this.#workerId,
        },
        errorType: errorTypeOf(end),
      },
    );
  }

  /** An attempt in a lane from ready to started, or to the end of a step that never started. */
  attemptQueued(run: RunState, step: StepState, endTime: number): void {
    if (!this.#isTraced(run.claim) || step.readyAtMs === null) return;
    this.#tracing.recordSpan(
      'queue',
      {},
      {
        parent: this.stepContext(run.claim, keyOf(step)),
        startTime: step.readyAtMs,
        endTime,
        attributes: {
          ...stepAttributes(run.claim, step),
          [ATTRIBUTES.messagingDestinationName]: queueOf(step.work.lane),
        },
      },
    );
  }

  /**
   * Records the step's wait, if it waited.
   * @param end of the step, if it ends with the wait
   */
  waitEnded(run: RunState, step: StepState, endTime: number, end?: StepEnd): void {
    if (step.waitingSinceMs === null) return;
    const approval =
      step.approvalId === null || end === undefined
        ? {}
        : { [AIO.approvalId]: step.approvalId, [AIO.approvalDecision]: decisionOf(end) };
    this.#tracing.recordSpan(
      waitsForOf(kindOf(step)) === 'approval' ? 'approval' : 'wait',
      { kind: kindOf(step) },
      {
        parent: this.stepContext(run.claim, keyOf(step)),
        startTime: step.waitingSinceMs,
        endTime,
        attributes: { ...stepAttributes(run.claim, step), ...approval },
        links: linksToCause(end?.causedBy),
      },
    );
    step.waitingSinceMs = null;
  }

  /** The span of a job whose worker died before it exported the span. */
  jobLost(run: RunState, step: StepState, endTime: number): void {
    if (step.spanId === null || step.startedAtMs === null) return;
    const queue = queueOf(step.work.lane);
    this.#tracing.recordSpan(
      'process',
      { queue },
      {
        parent: this.stepContext(run.claim, keyOf(step)),
        spanId: step.spanId,
        startTime: step.startedAtMs,
        endTime,
        attributes: {
          ...stepAttributes(run.claim, step),
          [ATTRIBUTES.messagingSystem]: 'bullmq',
          [ATTRIBUTES.messagingDestinationName]: queue,
          [ATTRIBUTES.messagingOperationName]: 'process',
          [ATTRIBUTES.messagingOperationType]: 'process',
          [ATTRIBUTES.messagingMessageId]: stepJobId({
            runId: run.claim.id,
            ...keyOf(step),
            attempt: step.attempt,
          }),
          [AIO.queueTimeMs]: queueTimeMs(step),
          [AIO.workerId]: step.workerId ?? this.#workerId,
        },
        errorType: 'worker_lost',
      },
    );
  }
}

function workAttributes(work: EngineWork): Attributes {
  if (work.type === 'commit') return work.runs === null ? {} : { [AIO.commitRuns]: work.runs };
  if (work.type !== 'evaluate' || work.step === null) return {};
  const { step, attempt, iteration } = work.step;
  return {
    [AIO.stepId]: step.id,
    [AIO.stepAttempt]: attempt,
    ...(iteration === -1 ? {} : { [AIO.stepIteration]: iteration }),
  };
}
