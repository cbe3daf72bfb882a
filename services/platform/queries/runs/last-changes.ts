import type { Queryable } from '../../postgres/queryable.ts';

/**
 * When each of these actions last happened, by the audit log.
 * @returns seconds since 1970 by action; 0 = never
 */
export async function readLastChanges(
  db: Queryable,
  actions: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await db.query({
    name: 'read-last-changes',
    // One index lookup per action, however long the log is.
    text: `
      select asked.action, extract(epoch from newest.at)::float8 as "atSeconds"
      from unnest($1::text[]) as asked(action)
      left join lateral (
        select at from audit_log
        where action = asked.action and action <> 'submitRun'
        order by id desc limit 1) as newest on true`,
    values: [actions],
  });
  const found = rows as { action: string; atSeconds: number | null }[];
  return new Map(found.map(({ action, atSeconds }) => [action, atSeconds ?? 0]));
}
