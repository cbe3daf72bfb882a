import type { Queryable } from '../postgres/queryable.ts';

/** Stores the name of a subject, to show it with what they own. */
export async function rememberPrincipal(
  db: Queryable,
  { subject, name }: { subject: string; name: string },
): Promise<void> {
  await db.query({
    name: 'remember-principal',
    text: `
      insert into principals (subject, name) values ($1, $2)
      on conflict (subject) do update set name = excluded.name`,
    values: [subject, name],
  });
}

/** SQL: the name of the subject in a column; for an unknown subject, the subject. */
export function nameOf(column: string): string {
  return `coalesce((select p.name from principals p where p.subject = ${column}), ${column})`;
}
