import type { Query, Queryable } from '@aio/platform/postgres/queryable';

/** PostgreSQL's work to execute a statement. */
export interface Explained {
  name: string;
  /** Pages of tables and indexes that it read, from memory or disk. */
  buffers: number;
  /** Of these, pages above the leaves of a B-tree. */
  inner: number;
  ms: number;
  /** How it reads tables, see `accessesOf`. */
  accesses: Set<string>;
}

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Actual Loops': number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

/**
 * Pages above the leaf that a search reads, by B-tree: the logarithm of its size to a base of about 200. Ten times as
 * many rows add one level at most. These pages are few and stay in memory.
 */
type Levels = ReadonlyMap<string, number>;

async function readLevels(db: Queryable): Promise<Levels> {
  await db.query({
    name: 'inspect',
    text: 'create extension if not exists pageinspect',
    prepare: false,
  });
  const { rows } = await db.query({
    name: 'read-levels',
    text: `
      select c.relname as index, (bt_metap(c.oid::regclass::text)).fastlevel::int as level
      from pg_class c join pg_am a on a.oid = c.relam
      where a.amname = 'btree' and c.relkind = 'i' and c.relnamespace = current_schema()::regnamespace`,
    prepare: false,
  });
  return new Map(rows.map(({ index, level }) => [index as string, level as number]));
}

/**
 * A connection that explains each statement in a transaction, rolls it back, and then executes it. Statements with
 * parameters are prepared first, as in the product, so that PostgreSQL plans them the same way.
 */
export async function explainAll(
  connection: Queryable,
  onExplained: (explained: Explained) => void,
): Promise<Queryable> {
  const [levels, parents] = [await readLevels(connection), await readParents(connection)];
  let last: Promise<unknown> = Promise.resolve();

  async function explain(query: Query): Promise<void> {
    await connection.query({ name: 'begin', text: 'begin', prepare: false });
    const { rows } = await analyze(connection, query);
    await connection.query({ name: 'rollback', text: 'rollback', prepare: false });
    const [{ Plan: plan, 'Execution Time': ms }] = rows[0]['QUERY PLAN'];
    onExplained({
      name: query.name,
      buffers: pagesOf(plan),
      inner: innerPagesOf(plan, levels),
      ms,
      accesses: accessesOf(plan, parents),
    });
  }

  return {
    query(query) {
      // Callers query concurrently, but a transaction executes one statement at a time.
      const answer = last.then(async () => {
        await explain(query);
        return connection.query({ ...query, prepare: false });
      });
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

/** Each search of an index reads one page per level. A search for an array of values counts once. */
function innerPagesOf(plan: Plan, levels: Levels): number {
  const ofSearches = plan['Actual Loops'] * (levels.get(plan['Index Name'] ?? '') ?? 0);
  return (plan.Plans ?? []).reduce((sum, each) => sum + innerPagesOf(each, levels), ofSearches);
}

const EXPLAIN = 'explain (analyze, buffers, format json)';

async function analyze(connection: Queryable, { text, values = [] }: Query) {
  const send = (sql: string, sent: unknown[] = []) =>
    connection.query({ name: 'explain', text: sql, values: sent, prepare: false });
  // Binary arrays cannot be written as literals.
  if (values.length === 0 || values.some((value) => Buffer.isBuffer(value)))
    return send(`${EXPLAIN} ${text}`, values);
  await send(`prepare explained as ${text}`);
  const answer = await send(`${EXPLAIN} execute explained(${values.map(toLiteral).join(', ')})`);
  await send('deallocate explained');
  return answer;
}

function toLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  const text = Array.isArray(value)
    ? `{${value.map((each) => JSON.stringify(each)).join(',')}}`
    : value instanceof Date
      ? value.toISOString()
      : String(value);
  return `'${text.replaceAll("'", "''")}'`;
}

/** Partitioned table or index by the name of its partition. */
async function readParents(db: Queryable): Promise<Map<string, string>> {
  const { rows } = await db.query({
    name: 'read-parents',
    text: `
      select part.relname as part, whole.relname as whole
      from pg_inherits i join pg_class part on part.oid = i.inhrelid join pg_class whole on whole.oid = i.inhparent`,
  });
  return new Map(rows.map(({ part, whole }) => [part, whole]));
}

/**
 * Lists the indexes that a plan reads, and the tables that it reads whole. Partitions count as their table; nodes that
 * read no pages, such as next month's partition, do not count. Joins and sorts are left out, because they change with
 * the number of rows and their cost shows in the pages.
 */
export function accessesOf(plan: Plan, parents: ReadonlyMap<string, string>): Set<string> {
  const below = (plan.Plans ?? []).flatMap((each) => [...accessesOf(each, parents)]);
  const { 'Index Name': index, 'Relation Name': table, 'Node Type': node } = plan;
  const wholeOf = (part: string) => parents.get(part) ?? part;
  if (pagesOf(plan) === 0) return new Set(below);
  if (index !== undefined) return new Set([wholeOf(index), ...below]);
  if (node === 'Seq Scan' && table !== undefined) {
    const kind = pagesOf(plan) > plan['Actual Loops'] ? WHOLE : ONE_PAGE;
    return new Set([kind + wholeOf(table), ...below]);
  }
  return new Set(below);
}

const WHOLE = 'all of ';
const ONE_PAGE = 'the one page of ';

/**
 * Lists accesses that only the large database has. Two are fine: reading a table of one page whole, and using an index
 * where the small database reads the whole table.
 */
export function changesOf(small: ReadonlySet<string>, large: ReadonlySet<string>): string[] {
  const readsWhole = [...small].some((one) => one.startsWith(WHOLE) || one.startsWith(ONE_PAGE));
  return [...large].filter(
    (one) => !small.has(one) && !one.startsWith(ONE_PAGE) && (one.startsWith(WHOLE) || !readsWhole),
  );
}

function pagesOf(plan: Plan): number {
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}
