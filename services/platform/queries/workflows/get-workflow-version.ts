import type { Queryable } from '../../postgres/queryable.ts';
import { PAUSED_BY } from './paused-workflows.ts';
import { nameOf } from '../principals.ts';
import { SHOWN_VERSION } from './shown-steps.ts';

/** One version of a workflow; versions never change. */
export interface WorkflowVersion {
  /** Id of the version, to which runs refer. */
  id: string;
  workflowId: string;
  name: string;
  version: number;
  /** The newest stored version. */
  latestVersion: number;
  /** Owner of the workflow, a subject. */
  owner: string;
  definition: unknown;
  source: string;
  mediaType: 'application/json' | 'application/yaml';
  checksum: string;
  /** A name. */
  createdBy: string;
  createdAt: Date;
  /** Since when it is the published version, and by whom, a name; null = it is not. */
  publishedAt: Date | null;
  publishedBy: string | null;
  /** When the workflow was paused; null = not paused. */
  pausedAt: Date | null;
  /** A name; null = not paused, or unknown. */
  pausedBy: string | null;
  pauseReason: string | null;
}

/** A version of an owner's workflow. */
export interface VersionOf {
  name: string;
  /** A subject; null = any. */
  owner: string | null;
  /** null = the published one, or else the newest. */
  version?: number | null;
}

/** Bytes of the version's definition and source; 0 = there is none, or another owner has it. */
export async function weighWorkflowVersion(
  db: Queryable,
  { name, owner, version = null }: VersionOf,
): Promise<number> {
  const { rows } = await db.query({
    name: 'weigh-workflow-version',
    text: `
      select octet_length(v.definition::text) + octet_length(v.source) as bytes ${FROM_VERSION}`,
    values: [name, version, owner],
  });
  return rows[0]?.bytes ?? 0;
}

/** @returns null = there is no such version, or another owner has it */
export async function getWorkflowVersion(
  db: Queryable,
  { name, owner, version = null }: VersionOf,
): Promise<WorkflowVersion | null> {
  const { rows } = await db.query({
    name: 'get-workflow-version',
    text: `
      select v.id, w.id as "workflowId", w.name, v.version, w.latest_version as "latestVersion",
        w.owner, v.definition, v.source, v.media_type as "mediaType", v.checksum,
        ${nameOf('v.created_by')} as "createdBy", v.created_at as "createdAt", ${PUBLISHED}, w.paused_at as "pausedAt",
        case when w.paused_at is not null then ${PAUSED_BY} end as "pausedBy", w.pause_reason as "pauseReason"
      ${FROM_VERSION}`,
    values: [name, version, owner],
  });
  return rows[0] ?? null;
}

/** SQL: columns of a row of `workflow_versions v` of `workflows w`. */
export const PUBLISHED = `
  case when v.version = w.published_version then w.published_at end as "publishedAt",
  case when v.version = w.published_version then ${nameOf('w.published_by')} end as "publishedBy"`;

/** SQL: $1 = name, $2 = version, $3 = owner. */
const FROM_VERSION = `
  from workflows w join workflow_versions v
    on v.workflow_id = w.id and v.version = coalesce($2, ${SHOWN_VERSION})
  where w.name = $1 and ($3::text is null or w.owner = $3)`;
