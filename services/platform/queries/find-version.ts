import type { Queryable } from '../queryable.ts';

export interface VersionRef {
  workflowId: string;
  versionId: string;
  version: number;
  /** Of the workflow, a subject. */
  owner: string;
}

/**
 * The ids of a version, of the latest unless one is named, without its definition, which never
 * changes and may be large: callers that submit often keep it.
 * @param of.owner a subject; null = anybody's
 * @returns null = there is no such version, or it is not the owner's
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
 * The same for a step of this workflow: of those that belong to the same owner. Else whoever may
 * write a definition could run, and read, what others own.
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
