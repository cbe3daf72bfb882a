import type { Static } from 'typebox';
import { skippedBecause } from '@aio/core/run/skipped-because';
import type { RunStatus } from '@aio/core/run/states';
import type { RunDetail, RunHead } from '@aio/platform/queries/runs/get-run';
import type { RunSummary } from '@aio/platform/queries/runs/list-runs';
import type { RunValues } from '@aio/platform/queries/runs/run-values';
import { itemOrNull } from '../../http/common-schema.ts';
import { isoTime, isoTimeOrNull, msBetween } from '../../http/iso-time.ts';
import type { TraceLinks } from '../../trace-links.ts';
import type { StepOutline } from '../../versions.ts';
import { presentOutlinedStep, presentWaiting } from './present-step.ts';
import type { RunWaits } from './wait-reasons.ts';
import type { RunSchema, RunSummarySchema } from './schema.ts';

export type PresentedRun = Static<typeof RunSchema>;

export function presentRunSummary(
  run: RunSummary,
  links: TraceLinks,
): Static<typeof RunSummarySchema> {
  return {
    id: run.id,
    workflow: { name: run.workflowName, version: run.version },
    title: run.title,
    labels: run.labels ?? {},
    status: run.status,
    waitingFor: run.waitingFor && presentWaiting(run.waitingFor),
    owner: run.ownerName,
    error: run.error,
    retryOf: run.retryOf,
    replayOf: run.replayOf,
    parent: run.parent && { ...run.parent, iteration: itemOrNull(run.parent.iteration) },
    childRuns: run.children.runs > 0,
    createdAt: isoTime(run.createdAt),
    startedAt: isoTimeOrNull(run.startedAt),
    finishedAt: isoTimeOrNull(run.finishedAt),
    queueTimeMs: msBetween(run.createdAt, run.startedAt),
    durationMs: msBetween(run.createdAt, run.finishedAt),
    stepsTotal: run.stepsTotal,
    stepsSucceeded: run.stepsSucceeded,
    itemsTotal: run.itemsTotal,
    ...costOf(run),
    inputStart: run.inputStart,
    startedBy: run.startedBy,
    ...links(run.traceparent),
  };
}

/** The cost of a run and the runs below it. */
function costOf({ costUsd, unpricedCalls, children }: RunSummary) {
  if (children.runs === 0) return { costUsd, unpricedCalls };
  return {
    costUsd: (costUsd ?? 0) + children.costUsd,
    unpricedCalls: unpricedCalls + children.unpricedCalls,
  };
}

/** A run with all steps of its definition, in their order, also those without a row. */
export function presentRun(
  run: RunDetail,
  { input, output, outputs }: RunValues,
  outline: readonly StepOutline[],
  links: TraceLinks,
  waits: RunWaits,
): PresentedRun {
  const rows = new Map(run.steps.map((row) => [row.step, row]));
  const end = endOf(run);
  return {
    ...presentRunSummary({ ...run, waitingFor: waits.run }, links),
    ...(run.retriedBy !== null && { retriedBy: run.retriedBy }),
    replays: run.replays,
    input,
    output,
    usage: run.usage,
    eventSeq: run.eventSeq,
    steps: outline.map((step) => {
      const row = rows.get(step.id);
      return presentOutlinedStep(step, row, {
        waitingFor: waits.steps.get(step.id) ?? null,
        skippedBecause: row === undefined ? null : skippedBecause({ ...step, ...row }, end),
        output: outputs.get(step.id),
      });
    }),
  };
}

/** The facts that explain why a step of the run was never executed. */
function endOf(run: RunDetail): Parameters<typeof skippedBecause>[1] {
  const statuses = new Map(run.steps.map((row) => [row.step, row.status]));
  return { ...causeOf(run), statusOf: (id) => statuses.get(id) ?? 'pending' };
}

/** The end of a run, and the step that made it fail. */
export function causeOf({ status, error }: RunHead): {
  status: RunStatus;
  failedStep: string | null;
} {
  const step = error?.['step'];
  return { status, failedStep: typeof step === 'string' ? step : null };
}
