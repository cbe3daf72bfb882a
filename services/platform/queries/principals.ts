import type { Queryable } from '../queryable.ts';

/** Keeps what somebody is called, so that what they own can be shown with it. */
export async function rememberPrincipal(
  db: Queryable,
  { subject, name }: { subject: string; name: string },
): Promise<void> {
  await db.query({
    name: 'remember-principal',
    text: `
      insert into principals (subject, name) values ($1, $2)
      on conflict (subject) do update set name = excluded.name, seen_at = now()`,
    values: [subject, name],
  });
}

/** SQL of the name of the subject in a column; of somebody who was never seen, the subject. */
export function nameOf(column: string): string {
  return `coalesce((select p.name from principals p where p.subject = ${column}), ${column})`;
}
