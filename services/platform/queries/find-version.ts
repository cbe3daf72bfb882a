import type { Queryable } from '../queryable.ts';

export interface VersionRef {
  workflowId: string;
  versionId: string;
  version: number;
}

/**
 * The ids of a version, of the latest unless one is named, without its definition, which never
 * changes and may be large: whoever submits often keeps it. null = there is no such version.
 */
export async function findVersion(
  db: Queryable,
  name: string,
  version?: number,
): Promise<VersionRef | null> {
  const { rows } = await db.query({
    name: 'find-version',
    text: `
      select w.id as "workflowId", v.id as "versionId", v.version
      from workflows w join workflow_versions v
        on v.workflow_id = w.id and v.version = coalesce($2, w.latest_version)
      where w.name = $1`,
    values: [name, version ?? null],
  });
  return rows[0] ?? null;
}
