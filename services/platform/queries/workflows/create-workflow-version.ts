import { AioError } from '@aio/core/errors';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../../postgres/pool.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { type AuditActor, writeAudit } from '../audit-log.ts';
import { getWorkflowVersion, type WorkflowVersion } from './get-workflow-version.ts';

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
  audit?: AuditActor;
}

/**
 * Adds a version to the workflow of this name, and creates the workflow if needed. If the definition equals the latest
 * version, it adds nothing, and `created` is false.
 * @throws AioError `conflict` if another user owns the workflow
 */
export async function createWorkflowVersion(
  pool: Pool,
  version: NewVersion,
): Promise<{ created: boolean; version: WorkflowVersion }> {
  return inTransaction(pool, async (db) => {
    const workflow = await lockWorkflow(db, version);
    const getVersion = (number: number) =>
      getWorkflowVersion(db, { name: version.name, owner: null, version: number });
    if (version.onlyOwner !== null && workflow.owner !== version.onlyOwner)
      throw new AioError(
        'conflict',
        `Another user owns the workflow "${version.name}". Choose another name.`,
      );
    if (workflow.latestVersion > 0) {
      const latest = await getVersion(workflow.latestVersion);
      if (latest?.checksum === version.checksum) return { created: false, version: latest };
    }
    const number = workflow.latestVersion + 1;
    await insertVersion(db, workflow.id, number, version);
    if (version.audit) {
      const target = `workflows/${version.name}`;
      await writeAudit(db, version.audit, { target, details: { version: number } });
    }
    const added = await getVersion(number);
    return { created: true, version: added! };
  });
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
