import type { Queryable } from '../queryable.ts';
import { type Page, type PageRequest, parseIdCursor, parseNumberCursor, toPage } from './page.ts';
import { nameOf } from './principals.ts';

export interface WorkflowSummary {
  id: string;
  name: string;
  description: string | null;
  /** The latest. */
  version: number;
  /** Of the latest version. */
  createdAt: Date;
  pausedAt: Date | null;
  /** Whether its input has an example, with which it can be started as it is. */
  hasExample: boolean;
}

/** Newest workflows first; `owner` null = everybody's. */
export async function listWorkflows(
  db: Queryable,
  { owner, limit, cursor }: PageRequest & { owner: string | null },
): Promise<Page<WorkflowSummary>> {
  const { rows } = await db.query({
    name: 'list-workflows',
    text: `
      select w.id, w.name, v.definition ->> 'description' as description, v.version,
        v.created_at as "createdAt", w.paused_at as "pausedAt",
        coalesce(json_array_length(
          case when json_typeof(v.definition #> '{input,examples}') = 'array' then v.definition #> '{input,examples}' end
        ), 0) > 0 as "hasExample"
      from workflows w join workflow_versions v on v.workflow_id = w.id and v.version = w.latest_version
      where ($1::uuid is null or w.id < $1) and ($3::text is null or w.owner = $3)
      order by w.id desc limit $2`,
    values: [parseIdCursor(cursor), limit + 1, owner],
    // Whether an index serves an owner depends on whether there is one.
    prepare: false,
  });
  return toPage<WorkflowSummary>(rows, limit, (workflow) => workflow.id);
}

export interface WorkflowVersionSummary {
  id: string;
  name: string;
  version: number;
  createdBy: string;
  createdAt: Date;
}

/** Newest versions first; a workflow that is unknown or not the owner's has none. */
export async function listWorkflowVersions(
  db: Queryable,
  name: string,
  { owner, limit, cursor }: PageRequest & { owner: string | null },
): Promise<Page<WorkflowVersionSummary>> {
  const { rows } = await db.query({
    name: 'list-workflow-versions',
    text: `
      select v.id, w.name, v.version, ${nameOf('v.created_by')} as "createdBy", v.created_at as "createdAt"
      from workflows w join workflow_versions v on v.workflow_id = w.id
      where w.name = $1 and ($2::int is null or v.version < $2) and ($4::text is null or w.owner = $4)
      order by v.version desc limit $3`,
    values: [name, parseNumberCursor(cursor), limit + 1, owner],
  });
  return toPage<WorkflowVersionSummary>(rows, limit, ({ version }) => String(version));
}
