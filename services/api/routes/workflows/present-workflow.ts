import type { Static } from 'typebox';
import type { WorkflowVersion } from '@aio/platform/queries/workflows/get-workflow-version';
import type {
  WorkflowActivity,
  WorkflowSummary,
  WorkflowVersionSummary,
} from '@aio/platform/queries/workflows/list-workflows';
import { isoTime, isoTimeOrNull } from '../../http/iso-time.ts';
import type {
  ListedWorkflowSchema,
  VersionSchema,
  VersionSummarySchema,
  WorkflowSchema,
} from './schema.ts';
import type { DayCount, LastRun } from '@aio/platform/queries/workflows/workflow-statistics';
import type { LastRunSchema } from './statistics-schema.ts';

function presentName(workflow: Omit<WorkflowSummary, 'hasExample'>) {
  return {
    id: workflow.id,
    name: workflow.name,
    description: workflow.description,
    version: workflow.version,
    createdAt: isoTime(workflow.createdAt),
    pausedAt: isoTimeOrNull(workflow.pausedAt),
  };
}

export function presentListedWorkflow(
  workflow: WorkflowSummary & WorkflowActivity,
): Static<typeof ListedWorkflowSchema> {
  return {
    ...presentName(workflow),
    hasExample: workflow.hasExample,
    lastRun: presentLastRun(workflow.lastRun),
    succeeded: workflow.succeeded,
    failed: workflow.failed,
    successShare: shareOf(workflow),
    p95DurationMs: workflow.p95DurationMs,
    runsPerDay: presentDays(workflow.runsPerDay),
  };
}

export function presentWorkflow(workflow: WorkflowVersion): Static<typeof WorkflowSchema> {
  const { description } = workflow.definition as { description?: string };
  const { definition, source, mediaType } = workflow;
  return {
    ...presentName({
      ...workflow,
      id: workflow.workflowId,
      description: description ?? null,
    }),
    ...presentPublished(workflow),
    latestVersion: workflow.latestVersion,
    pausedBy: workflow.pausedBy,
    pauseReason: workflow.pauseReason,
    definition,
    source,
    mediaType,
  };
}

export function presentVersion(version: WorkflowVersion): Static<typeof VersionSchema> {
  const { definition, source, mediaType } = version;
  return { ...presentVersionSummary(version), definition, source, mediaType };
}

export function presentVersionSummary(
  version: WorkflowVersionSummary,
): Static<typeof VersionSummarySchema> {
  return {
    name: version.name,
    version: version.version,
    createdAt: isoTime(version.createdAt),
    createdBy: version.createdBy,
    ...presentPublished(version),
  };
}

function presentPublished({ publishedAt, publishedBy }: WorkflowVersionSummary) {
  return { publishedAt: isoTimeOrNull(publishedAt), publishedBy };
}

/** succeeded / (succeeded + failed); null = neither. */
export function shareOf({ succeeded, failed }: { succeeded: number; failed: number }) {
  return succeeded + failed === 0 ? null : succeeded / (succeeded + failed);
}

export function presentLastRun(run: LastRun | null): Static<typeof LastRunSchema> | null {
  return run && { ...run, createdAt: isoTime(run.createdAt) };
}

export function presentDays(days: readonly DayCount[]): { day: string; runs: number }[] {
  return days.map(({ day, runs }) => ({ day: isoTime(day).slice(0, 10), runs }));
}
