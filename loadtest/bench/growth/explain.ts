import type { Query, Queryable } from '@aio/platform/queryable';

/** What PostgreSQL did for a statement. */
export interface Explained {
  name: string;
  /** Pages of tables and indexes that it looked at, wherever they were. */
  buffers: number;
  ms: number;
  /** The plan, without names of partitions and how many they are. */
  shape: string;
}

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
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
      buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
      ms,
      shape: shapeOf(plan, parents),
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

/** Partitions beside each other that are read in the same way are one. */
export function shapeOf(plan: Plan, parents: ReadonlyMap<string, string>): string {
  const names = [plan['Relation Name'], plan['Index Name']].flatMap((name) =>
    name === undefined ? [] : [parents.get(name) ?? name],
  );
  const below = (plan.Plans ?? []).map((each) => shapeOf(each, parents));
  const isOfPartitions = plan['Node Type'].endsWith('Append');
  const parts = isOfPartitions ? [...new Set(below)].toSorted() : below;
  const node = [plan['Node Type'], ...names].join(' ');
  return parts.length === 0 ? node : `${node} (${parts.join(', ')})`;
}
