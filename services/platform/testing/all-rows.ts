/**
 * Every row of every table as text, for tests that look for what must not be there.
 * @param query of a pool, however it is called there
 */
export async function readAllRows(
  query: (text: string) => Promise<{ rows: Record<string, string>[] }>,
): Promise<string> {
  const tables = await query(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const texts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await query(`select t::text as row from ${name} t`);
    texts.push(`-- ${name}`, ...rows.map(({ row }) => row!));
  }
  return texts.join('\n');
}
