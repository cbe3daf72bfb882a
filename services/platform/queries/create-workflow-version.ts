import { AioError } from '@aio/core/errors';
import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../pool.ts';
import type { Queryable } from '../queryable.ts';
import { inTransaction } from '../transaction.ts';
import { type AuditActor, writeAudit } from './audit-log.ts';
import { getWorkflowVersion, type WorkflowVersion } from './get-workflow-version.ts';

export interface NewVersion {
  name: string;
  /** JSON text of the validated definition, defaults not filled in. */
  definition: string;
  /** As posted, comments kept. */
  source: string;
  mediaType: 'application/json' | 'application/yaml';
  /** SHA-256 of the canonical definition. */
  checksum: string;
  /** Who posts it; owns the workflow when this is its first version. */
  createdBy: string;
  /** A subject to whom the workflow belongs from now on, in place of its owner and of who posts it. */
  owner?: string;
  /** null = whoever owns the workflow, it may be changed; else only if this subject does. */
  onlyOwner: string | null;
  audit?: AuditActor;
}

/**
 * Adds a version to the workflow of that name, which is made when there is none. A definition that
 * is already the latest version is not added again: then `created` is false.
 * @throws AioError `conflict` when the name is somebody else's
 */
export async function createWorkflowVersion(
  pool: Pool,
  version: NewVersion,
): Promise<{ created: boolean; version: WorkflowVersion }> {
  return inTransaction(pool, async (db) => {
    const workflow = await lockWorkflow(db, version);
    const getVersion = (number: number) =>
      getWorkflowVersion(db, { name: version.name, owner: null, version: number });
    requireOwn(workflow, version);
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

/** @throws AioError `conflict` when the name is somebody else's */
export function requireOwn(
  workflow: { owner: string },
  { name, onlyOwner }: Pick<NewVersion, 'name' | 'onlyOwner'>,
): void {
  if (onlyOwner === null || workflow.owner === onlyOwner) return;
  throw new AioError('conflict', `Somebody else has a workflow ${name}; take another name.`);
}

/** Two that post to one name at once come one after the other, also for a name that is new. */
export async function lockWorkflow(
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
