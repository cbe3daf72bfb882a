import type { Query, Queryable } from '@aio/platform/queryable';
import type { Levels } from './levels.ts';

/** What PostgreSQL did for a statement. */
export interface Explained {
  name: string;
  /** Pages of tables and indexes that it looked at, wherever they were. */
  buffers: number;
  /** Those of them that are above the leaves of a B-tree. */
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
 * A connection on which each statement is explained while it is executed, taken back, and executed. What is planned once
 * there is planned once here: the parameters of a prepared statement are told when it is executed.
 */
export async function explainAll(
  connection: Queryable,
  levels: Levels,
  onExplained: (explained: Explained) => void,
): Promise<Queryable> {
  const parents = await readParents(connection);
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
      // Callers ask several at once, and a transaction takes one after the other.
      const answer = last.then(async () => {
        await explain(query);
        return connection.query({ ...query, prepare: false });
      });
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

/** Each search of an index passes its levels. One for several values of an array counts as one. */
function innerPagesOf(plan: Plan, levels: Levels): number {
  const ofSearches = plan['Actual Loops'] * (levels.get(plan['Index Name'] ?? '') ?? 0);
  return (plan.Plans ?? []).reduce((sum, each) => sum + innerPagesOf(each, levels), ofSearches);
}

const EXPLAIN = 'explain (analyze, buffers, format json)';

async function analyze(connection: Queryable, { text, values = [] }: Query) {
  const send = (sql: string, sent: unknown[] = []) =>
    connection.query({ name: 'explain', text: sql, values: sent, prepare: false });
  // Arrays in binary have no text to write down.
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

/** Of each partition and its indexes, what it is a part of. */
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
 * By which indexes each table is read, or that it is read whole. Partitions count as their table, and what is not
 * executed or has no pages, such as the partition of next month, does not count. How rows are joined and sorted is not
 * told: that changes with their number, and what it costs is in the pages.
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
 * What a large database reads otherwise than a small one. A table of one page, such as that of workers, is best read
 * whole; and one that is read whole while it is small may be read by an index when it is large.
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
