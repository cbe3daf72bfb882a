import type { Queryable } from '../../postgres/queryable.ts';
import { SHOWN_VERSION } from './shown-steps.ts';

export interface VersionRef {
  workflowId: string;
  versionId: string;
  version: number;
  isPublished: boolean;
  /** Owner of the workflow, a subject. */
  owner: string;
}

/**
 * The ids of a version, by default the published one, or else the newest. Leaves out the definition, which may be large and never changes, so
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
      select w.id as "workflowId", v.id as "versionId", v.version, w.owner,
        v.version is not distinct from w.published_version as "isPublished"
      from workflows w join workflow_versions v
        on v.workflow_id = w.id and v.version = coalesce($2, ${SHOWN_VERSION})
      where w.name = $1 and ($3::text is null or w.owner = $3)`,
    values: [name, version ?? null, owner],
  });
  return rows[0] ?? null;
}

/**
 * The version for a step of this workflow, by default the published one. Only finds workflows of the same owner:
 * otherwise the author of a definition could run and read workflows of others.
 */
export async function findSiblingVersion(
  db: Queryable,
  workflowId: string,
  name: string,
  version?: number,
): Promise<Omit<VersionRef, 'isPublished'> | null> {
  const { rows } = await db.query({
    name: 'find-sibling-version',
    text: `
      select w.id as "workflowId", v.id as "versionId", v.version, w.owner
      from workflows own
        join workflows w on w.owner = own.owner
        join workflow_versions v on v.workflow_id = w.id and v.version = coalesce($3, w.published_version)
      where own.id = $1 and w.name = $2`,
    values: [workflowId, name, version ?? null],
  });
  return rows[0] ?? null;
}
