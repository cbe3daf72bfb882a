/**
 * Every row of every table as text, for tests that check what must not be stored.
 * @param query executes a query
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
