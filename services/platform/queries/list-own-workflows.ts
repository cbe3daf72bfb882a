import type { Queryable } from '../queryable.ts';

/** Names of the owner's newest workflows. */
export async function listOwnWorkflows(
  db: Queryable,
  owner: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query({
    name: 'list-own-workflows',
    text: 'select name from workflows where owner = $1 order by id desc limit $2',
    values: [owner, limit],
  });
  return rows.map(({ name }) => name);
}
