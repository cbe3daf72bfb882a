import type { Pool } from '../pool.ts';

/** Every row of every table as text, for tests that look for what must not be there. */
export async function readAllRows(db: Pool): Promise<string> {
  const tables = await db.query({
    name: 'all-tables',
    text: `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`,
  });
  const texts: string[] = [];
  for (const { name } of tables.rows) {
    const text = `select t::text as row from ${name} t`;
    const { rows } = await db.query({ name: 'all-rows', text, prepare: false });
    texts.push(`-- ${name}`, ...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}
