import { v7 as uuidv7 } from 'uuid';
import type { Pool } from '../../postgres/pool.ts';
import type { Queryable } from '../../postgres/queryable.ts';
import { inTransaction } from '../../postgres/transaction.ts';
import { lockWorkflow, type NewVersion, requireOwn } from '../workflows/create-workflow-version.ts';
import { type Submission, type Submitted, submitRun } from './submit-runs.ts';

/**
 * A definition that you run without saving it. It is stored with its run as a version with a negative number, so the
 * latest version does not change, and lists leave it out.
 */
export type Draft = Omit<NewVersion, 'owner' | 'audit'>;

/**
 * Stores a draft and accepts a run of it, in one transaction. If the submission already exists, it stores nothing.
 * @throws AioError `conflict` if another user owns the workflow, `idempotency_conflict`
 */
export async function submitDraft(
  pool: Pool,
  draft: Draft,
  submission: Omit<Submission, 'workflowId' | 'workflowVersionId' | 'latestVersion'>,
): Promise<Submitted & { workflowId: string }> {
  return inTransaction(pool, async (db) => {
    const workflow = await lockWorkflow(db, draft);
    requireOwn(workflow, draft);
    const workflowId = workflow.id;
    const workflowVersionId = await insertDraft(db, workflowId, draft);
    const ids = { workflowId, workflowVersionId, latestVersion: null };
    const submitted = await submitRun(db, { ...submission, ...ids });
    if (submitted.replayed) await deleteDraft(db, workflowVersionId);
    return { ...submitted, workflowId };
  });
}

/** Numbers decrease from -1. Lock the workflow's row first. */
async function insertDraft(
  db: Queryable,
  workflowId: string,
  { definition, source, mediaType, checksum, createdBy }: Draft,
): Promise<string> {
  const id = uuidv7();
  await db.query({
    name: 'insert-draft',
    text: `
      insert into workflow_versions (id, workflow_id, version, definition, source, media_type, checksum, created_by)
      select $1, $2, coalesce(least(min(version), 0), 0) - 1, $3, $4, $5, $6, $7
      from workflow_versions where workflow_id = $2`,
    values: [id, workflowId, definition, source, mediaType, checksum, createdBy],
  });
  return id;
}

async function deleteDraft(db: Queryable, id: string): Promise<void> {
  await db.query({
    name: 'delete-draft',
    text: 'delete from workflow_versions where id = $1',
    values: [id],
  });
}
