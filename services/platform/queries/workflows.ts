import type { Queryable } from '../queryable.ts';
import { inTransaction } from '../transaction.ts';
import type { Pool } from '../pool.ts';
import { v7 as uuidv7 } from 'uuid';

/** A workflow with one of its versions. */
export interface WorkflowVersion {
  workflowId: string;
  versionId: string;
  name: string;
  owner: string;
  version: number;
  latestVersion: number;
  pausedAt: Date | null;
  createdAt: Date;
  createdBy: string;
  definition: unknown;
  /** As posted, comments kept. */
  source: string;
  mediaType: 'application/json' | 'application/yaml';
}

export interface WorkflowSummary {
  id: string;
  name: string;
  description: string | null;
  version: number;
  createdAt: Date;
  pausedAt: Date | null;
}

export interface VersionSummary {
  version: number;
  createdAt: Date;
  createdBy: string;
}

const VERSION_COLUMNS = `
  w.id as "workflowId", v.id as "versionId", w.name, w.owner, v.version,
  w.latest_version as "latestVersion", w.paused_at as "pausedAt", v.created_at as "createdAt",
  v.created_by as "createdBy", v.definition, v.source, v.media_type as "mediaType"`;

/**
 * Stores a definition as the next version of its workflow, or answers the latest version when that
 * says the same (`created` false). Two at once take their turns at the workflow's row.
 */
export async function createVersion(
  pool: Pool,
  version: {
    name: string;
    owner: string;
    definition: unknown;
    source: string;
    mediaType: 'application/json' | 'application/yaml';
    /** Of the definition in canonical form. */
    checksum: string;
  },
): Promise<{ created: boolean; workflow: WorkflowVersion }> {
  return await inTransaction(pool, async (db) => {
    await db.query({
      name: 'ensure-workflow',
      text: `
        insert into workflows (id, name, owner, latest_version) values ($1, $2, $3, 0)
        on conflict (name) do nothing`,
      values: [uuidv7(), version.name, version.owner],
    });
    const { rows } = await db.query({
      name: 'lock-workflow',
      text: `
        select w.id, w.latest_version, v.checksum
        from workflows w left join workflow_versions v on v.workflow_id = w.id and v.version = w.latest_version
        where w.name = $1 for no key update of w`,
      values: [version.name],
    });
    const { id, latest_version: latest, checksum } = rows[0];
    const created = checksum !== version.checksum;
    if (created) await insertVersion(db, id, latest + 1, version);
    const workflow = await getWorkflow(db, version.name);
    return { created, workflow: workflow! };
  });
}

async function insertVersion(
  db: Queryable,
  workflowId: string,
  number: number,
  version: Parameters<typeof createVersion>[1],
): Promise<void> {
  await db.query({
    name: 'insert-version',
    text: `
      with v as (
        insert into workflow_versions
          (id, workflow_id, version, definition, source, media_type, checksum, created_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
      )
      update workflows set latest_version = $3 where id = $2`,
    values: [
      uuidv7(),
      workflowId,
      number,
      JSON.stringify(version.definition),
      version.source,
      version.mediaType,
      version.checksum,
      version.owner,
    ],
  });
}

/** null = no such workflow, or no such version of it; the latest version unless one is named. */
export async function getWorkflow(
  db: Queryable,
  name: string,
  version?: number,
): Promise<WorkflowVersion | null> {
  const { rows } = await db.query({
    name: 'get-workflow',
    text: `
      select ${VERSION_COLUMNS}
      from workflows w join workflow_versions v
        on v.workflow_id = w.id and v.version = coalesce($2, w.latest_version)
      where w.name = $1`,
    values: [name, version ?? null],
  });
  return rows[0] ?? null;
}

/** A page of workflows by name; `after` = the last name of the page before. */
export async function listWorkflows(
  db: Queryable,
  page: { limit: number; after: string | null },
): Promise<WorkflowSummary[]> {
  const { rows } = await db.query({
    name: 'list-workflows',
    text: `
      select w.id, w.name, v.definition ->> 'description' as description, v.version,
        v.created_at as "createdAt", w.paused_at as "pausedAt"
      from workflows w join workflow_versions v on v.workflow_id = w.id and v.version = w.latest_version
      where $2::text is null or w.name > $2
      order by w.name limit $1`,
    values: [page.limit, page.after],
  });
  return rows;
}

/** Versions of a workflow, newest first; `before` = the last version of the page before. */
export async function listVersions(
  db: Queryable,
  name: string,
  page: { limit: number; before: number | null },
): Promise<VersionSummary[]> {
  const { rows } = await db.query({
    name: 'list-versions',
    text: `
      select v.version, v.created_at as "createdAt", v.created_by as "createdBy"
      from workflow_versions v join workflows w on w.id = v.workflow_id
      where w.name = $1 and ($3::int is null or v.version < $3)
      order by v.version desc limit $2`,
    values: [name, page.limit, page.before],
  });
  return rows;
}
