import type { Static } from 'typebox';
import type { RunDetail } from '@aio/platform/queries/get-run';
import type { RunSummary } from '@aio/platform/queries/list-runs';
import { itemOrNull } from '../../http/item.ts';
import { isoTime, isoTimeOrNull, msBetween } from '../../http/iso-time.ts';
import type { TraceLinks } from '../../trace-links.ts';
import type { StepOutline } from '../../versions.ts';
import { presentOutlinedStep } from './present-step.ts';
import type { RunSchema, RunSummarySchema } from './schema.ts';

export type PresentedRun = Static<typeof RunSchema>;

export function presentRunSummary(
  run: RunSummary,
  links: TraceLinks,
): Static<typeof RunSummarySchema> {
  return {
    id: run.id,
    workflow: { name: run.workflowName, version: run.version },
    status: run.status,
    ...(run.waitingFor !== null && { waitingFor: run.waitingFor }),
    ...(run.blocked !== null && { blocked: run.blocked }),
    owner: run.ownerName,
    error: run.error,
    retryOf: run.retryOf,
    parent: run.parent && { ...run.parent, iteration: itemOrNull(run.parent.iteration) },
    createdAt: isoTime(run.createdAt),
    startedAt: isoTimeOrNull(run.startedAt),
    finishedAt: isoTimeOrNull(run.finishedAt),
    queueTimeMs: msBetween(run.createdAt, run.startedAt),
    durationMs: msBetween(run.createdAt, run.finishedAt),
    stepsTotal: run.stepsTotal,
    stepsDone: run.stepsDone,
    ...links(run.traceparent),
  };
}

/** A run with all steps of its definition in their order, whether they have a row yet or not. */
export function presentRun(
  run: RunDetail,
  outline: readonly StepOutline[],
  links: TraceLinks,
): PresentedRun {
  const rows = new Map(run.steps.map((row) => [row.step, row]));
  return {
    ...presentRunSummary(run, links),
    ...(run.retriedBy !== null && { retriedBy: run.retriedBy }),
    input: run.input,
    output: run.output,
    usage: run.usage,
    eventSeq: run.eventSeq,
    steps: outline.map((step) => presentOutlinedStep(step, rows.get(step.id))),
  };
}
