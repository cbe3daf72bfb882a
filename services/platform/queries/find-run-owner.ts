import type { Queryable } from '../queryable.ts';

/** Subject of who owns a run; null = there is no such run. */
export async function findRunOwner(db: Queryable, runId: string): Promise<string | null> {
  const { rows } = await db.query({
    name: 'find-run-owner',
    text: 'select owner from runs where id = $1',
    values: [runId],
  });
  return rows[0]?.owner ?? null;
}
