import { AioError } from '@aio/core/errors';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../../postgres/pool.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { type AuditActor, writeAudit } from '../audit-log.ts';
import {
  getWorkflowVersion,
  type VersionOf,
  type WorkflowVersion,
} from './get-workflow-version.ts';

export interface NewVersion {
  name: string;
  /** JSON text of the validated definition, without defaults. */
  definition: string;
  /** The posted text, with comments. */
  source: string;
  mediaType: 'application/json' | 'application/yaml';
  /** SHA-256 of the canonical definition. */
  checksum: string;
  /** The subject that posts it, and owns the workflow if this is its first version. */
  createdBy: string;
  /** The new owner of the workflow, a subject; absent = the owner does not change. */
  owner?: string;
  /** The subject that must own the workflow; null = any. */
  onlyOwner: string | null;
  /** false = store it only. Default: true. */
  publish?: boolean;
  audit?: AuditActor;
}

/**
 * Adds a version to the workflow of this name, and creates the workflow if needed. If the definition equals the newest
 * version, it adds nothing, and `created` is false. Unless `publish` is false, it then publishes the version.
 * @throws AioError `conflict` if another user owns the workflow
 */
export async function createWorkflowVersion(
  pool: Pool,
  version: NewVersion,
): Promise<{ created: boolean; version: WorkflowVersion }> {
  const { name, onlyOwner, createdBy, publish = true, audit } = version;
  return inTransaction(pool, async (db) => {
    const workflow = await lockWorkflow(db, version);
    const getVersion = (number: number) =>
      getWorkflowVersion(db, { name, owner: null, version: number });
    if (onlyOwner !== null && workflow.owner !== onlyOwner)
      throw new AioError(
        'conflict',
        `Another user owns the workflow "${name}". Choose another name.`,
      );
    const latest = await getVersion(workflow.latestVersion);
    const created = latest?.checksum !== version.checksum;
    const number = workflow.latestVersion + (created ? 1 : 0);
    if (created) await insertVersion(db, workflow.id, number, version);
    const of = { name, version: number, owner: null };
    const published = publish && (await publishVersion(db, of, createdBy));
    if (audit && (created || published)) {
      const details = { version: number, published };
      await writeAudit(db, audit, { target: `workflows/${name}`, details });
    }
    return { created, version: (await getVersion(number))! };
  });
}

/**
 * Makes a stored version the one of runs and steps that name none.
 * @param by a subject
 * @returns false = it already is, or there is no such version, or another owner has it
 */
export async function publishVersion(
  db: Queryable,
  { name, version, owner }: Required<VersionOf>,
  by: string,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'publish-version',
    text: `
      update workflows w set published_version = v.version, published_by = $4, published_at = now()
      from workflow_versions v
      where w.name = $1 and v.workflow_id = w.id and v.version = $2 and ($3::text is null or w.owner = $3)
        and w.published_version is distinct from v.version`,
    values: [name, version, owner, by],
  });
  return rowCount === 1;
}

/** Serializes concurrent posts to one name, including a new name. */
async function lockWorkflow(
  db: Queryable,
  { name, createdBy, owner }: Pick<NewVersion, 'name' | 'createdBy' | 'owner'>,
): Promise<{ id: string; owner: string; latestVersion: number }> {
  const { rows } = await db.query({
    name: 'lock-workflow',
    text: `
      insert into workflows (id, name, owner, latest_version) values ($1, $2, coalesce($4, $3), 0)
      on conflict (name) do update set owner = coalesce($4, workflows.owner)
      returning id, owner, latest_version as "latestVersion"`,
    values: [uuidv7(), name, createdBy, owner ?? null],
  });
  return rows[0];
}

async function insertVersion(
  db: Queryable,
  workflowId: string,
  number: number,
  { definition, source, mediaType, checksum, createdBy }: NewVersion,
): Promise<void> {
  await db.query({
    name: 'insert-workflow-version',
    text: `
      with latest as (
        update workflows set latest_version = $3 where id = $2
      )
      insert into workflow_versions (id, workflow_id, version, definition, source, media_type, checksum, created_by)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [uuidv7(), workflowId, number, definition, source, mediaType, checksum, createdBy],
  });
}
