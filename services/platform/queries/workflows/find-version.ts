import type { Queryable } from '../../postgres/queryable.ts';

export interface VersionRef {
  workflowId: string;
  versionId: string;
  version: number;
  /** Owner of the workflow, a subject. */
  owner: string;
}

/**
 * The ids of a version, by default the latest. Leaves out the definition, which may be large and never changes, so
 * callers cache it.
 * @param of.owner a subject; null = any
 * @returns null = there is no such version, or another owner has it
 */
export async function findVersion(
  db: Queryable,
  { name, owner, version }: { name: string; owner: string | null; version?: number | undefined },
): Promise<VersionRef | null> {
  const { rows } = await db.query({
    name: 'find-version',
    text: `
      select w.id as "workflowId", v.id as "versionId", v.version, w.owner
      from workflows w join workflow_versions v
        on v.workflow_id = w.id and v.version = coalesce($2, w.latest_version)
      where w.name = $1 and ($3::text is null or w.owner = $3)`,
    values: [name, version ?? null, owner],
  });
  return rows[0] ?? null;
}

/**
 * Like `findVersion`, for a step of this workflow: only finds workflows of the same owner. Otherwise the author of a
 * definition could run and read workflows of others.
 */
export async function findSiblingVersion(
  db: Queryable,
  workflowId: string,
  name: string,
  version?: number,
): Promise<VersionRef | null> {
  const { rows } = await db.query({
    name: 'find-sibling-version',
    text: `
      select w.id as "workflowId", v.id as "versionId", v.version, w.owner
      from workflows own
        join workflows w on w.owner = own.owner
        join workflow_versions v on v.workflow_id = w.id and v.version = coalesce($3, w.latest_version)
      where own.id = $1 and w.name = $2`,
    values: [workflowId, name, version ?? null],
  });
  return rows[0] ?? null;
}
