import type { Static } from 'typebox';
import { isLaneKind, waitsForOf } from '@aio/core/definition/kinds/registry';
import type { JsonText } from '@aio/core/json/json-text';
import type { SkippedBecause } from '@aio/core/run/skipped-because';
import type { Waiting } from '@aio/core/run/wait-reason';
import type { RunStepDetail } from '@aio/platform/queries/runs/get-run';
import type { RunStep, StepAttempt } from '@aio/platform/queries/runs/run-steps';
import { itemOrNull } from '../../http/common-schema.ts';
import { isoTime, isoTimeOrNull, msBetween } from '../../http/iso-time.ts';
import type { StepOutline } from '../../versions.ts';
import type { AttemptSchema, StepSchema } from './schema.ts';

export type PresentedStep = Static<typeof StepSchema>;

/** What the row lacks. */
export interface StepFindings {
  /** Why it waits; null = it does not. */
  waitingFor: Waiting | null;
  /** Why it was skipped; null = it was not. */
  skippedBecause: SkippedBecause | null;
  /** null = it has none; undefined = not read, or left out. */
  output: JsonText | null | undefined;
}

/** A step or an item of a map with a row. */
export function presentStep(
  row: RunStep,
  needs: readonly string[],
  { waitingFor, skippedBecause, output }: StepFindings,
): PresentedStep {
  return {
    id: row.step,
    kind: row.kind,
    awaits: waitsForOf(row.kind),
    queues: isLaneKind(row.kind),
    needs: [...needs],
    status: row.status,
    waitingFor: waitingFor && presentWaiting(waitingFor),
    ...(skippedBecause !== null && { skippedBecause }),
    resolution: row.resolution,
    iteration: itemOrNull(row.iteration),
    attempt: row.attempt,
    crashes: row.crashes,
    firstReadyAt: isoTimeOrNull(row.firstReadyAt),
    readyAt: isoTimeOrNull(row.readyAt),
    startedAt: isoTimeOrNull(row.startedAt),
    finishedAt: isoTimeOrNull(row.finishedAt),
    dueAt: isoTimeOrNull(row.dueAt),
    durationMs: durationOf(row),
    queueTimeMs: msBetween(row.readyAt, row.startedAt),
    executionMs: msBetween(row.startedAt, row.finishedAt),
    ...(output !== undefined && { output }),
    error: row.error,
    usage: row.usage,
    spanId: row.spanId,
    ...(row.approvalId !== null && { approvalId: row.approvalId }),
    ...(row.child !== null && {
      childRunId: row.child.id,
      childStatus: row.child.status,
      childTitle: row.child.title,
    }),
    attempts: row.attempts.map(presentAttempt),
  };
}

/** A skipped step takes no time. */
function durationOf({ status, firstReadyAt, finishedAt }: RunStep): number | null {
  if (status === 'skipped') return null;
  return msBetween(firstReadyAt, finishedAt);
}

/** A step of a run's definition, with or without a row. */
export function presentOutlinedStep(
  outline: StepOutline,
  row: RunStepDetail | undefined,
  findings: StepFindings,
): PresentedStep {
  const step = row === undefined ? pendingStep(outline) : presentStep(row, outline.needs, findings);
  if (outline.itemKind === null) return step;
  const itemsByStatus = row?.itemsByStatus ?? {};
  const itemsTotal = Object.values(itemsByStatus).reduce((sum, count) => sum + count, 0);
  return {
    ...step,
    itemsTotal,
    itemsByStatus,
    itemKind: outline.itemKind,
    itemAwaits: waitsForOf(outline.itemKind),
  };
}

function pendingStep({ id, kind, needs }: StepOutline): PresentedStep {
  return {
    id,
    kind,
    awaits: waitsForOf(kind),
    queues: isLaneKind(kind),
    needs: [...needs],
    status: 'pending',
    waitingFor: null,
    resolution: null,
    iteration: null,
    attempt: 0,
    crashes: 0,
    firstReadyAt: null,
    readyAt: null,
    startedAt: null,
    finishedAt: null,
    dueAt: null,
    durationMs: null,
    queueTimeMs: null,
    executionMs: null,
    error: null,
    usage: null,
    spanId: null,
    attempts: [],
  };
}

/** An attempt of a step or an item. */
export function presentAttempt(attempt: StepAttempt): Static<typeof AttemptSchema> {
  return {
    number: attempt.number,
    status: attempt.status,
    readyAt: isoTimeOrNull(attempt.readyAt),
    startedAt: isoTimeOrNull(attempt.startedAt),
    finishedAt: isoTimeOrNull(attempt.finishedAt),
    queueTimeMs: msBetween(attempt.readyAt, attempt.startedAt),
    executionMs: msBetween(attempt.startedAt, attempt.finishedAt),
    error: attempt.error,
    usage: attempt.usage,
    workerId: attempt.workerId,
  };
}

/** Turns times into ISO 8601. */
export function presentWaiting(waiting: Waiting): Waiting<string> {
  const fields = Object.entries(waiting).map(([name, value]) => [
    name,
    value instanceof Date ? isoTime(value) : value,
  ]);
  return Object.fromEntries(fields) as Waiting<string>;
}
