import type { RunStatus } from '@aio/core/run/states';
import type { Queryable } from '../../postgres/queryable.ts';
import { CLOCKS_APART_MS, earliestIdOf } from '../id-times.ts';
import { type Search, toSearch } from './run-texts.ts';

export interface RunFilter {
  /** null = all owners. */
  owner?: string | null | undefined;
  workflowName?: string | undefined;
  statuses?: readonly RunStatus[] | undefined;
  /** Child runs of this run; null = runs without a parent. */
  parentRunId?: string | null | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
  /** Leaves out the runs of this subject. */
  hiddenOwner?: string | undefined;
  /** Also restricts to this owner, a subject or a name. */
  ownedBy?: string | undefined;
  /** Only ended runs that took at least this long from acceptance to the end. */
  minDurationMs?: number | undefined;
  minCostUsd?: number | undefined;
  /** Words or prefixes of words, or the beginning or the last 8 characters of an id. */
  search?: string | undefined;
}

interface Conditions {
  /** SQL for `runs r`: conditions with an index. */
  indexed: string;
  /** SQL for `runs r`: conditions without an index; null = none. */
  unindexed: string | null;
  /** Values of both, those with an index first. */
  values: unknown[];
  indexedValues: unknown[];
}

/** Columns of `runs r join workflow_versions v`, and the maximum number of rows. */
interface Selection {
  columns: string;
  count: number;
}

/** With a filter without an index, a page looks at this many runs; the next page continues after them. */
export const MOST_LOOKED_AT = 50_000;
/** A search for words first looks at this many of the newest runs. */
const SEARCHED_NEWEST = 5_000;
/** If they do not fill the page, it looks at this many matches among all runs, in any order. */
const SEARCHED_FINDS = 50_000;

/**
 * Finds matching runs, the newest first. A search looks for the beginning of an id, then for its end among the newest
 * runs, then for words. If words have very many matches, it may leave out older runs.
 */
export function findRuns<Row extends { id: string }>(
  db: Queryable,
  of: Selection & { filter: RunFilter; cursor: string | null },
): Promise<Row[]> {
  const { search, ...filter } = of.filter;
  const conditions = toConditions(filter, of.cursor);
  return search === undefined
    ? selectRuns(db, conditions, of)
    : searchRuns(db, conditions, of, toSearch(search));
}

async function selectRuns<Row>(
  db: Queryable,
  { indexed, unindexed, values }: Conditions,
  { columns, count }: Selection,
): Promise<Row[]> {
  const source =
    unindexed === null
      ? 'runs'
      : `(select * from runs r where ${indexed} order by r.id desc limit ${MOST_LOOKED_AT})`;
  const { rows } = await db.query({
    name: 'list-runs',
    text: `
      select ${columns}
      from ${source} r join workflow_versions v on v.id = r.workflow_version_id
      where ${unindexed ?? indexed}
      order by r.id desc limit $${values.length + 1}`,
    values: [...values, count],
    // The best index depends on the filters.
    prepare: false,
  });
  return rows;
}

/** The cursor after a page that is not full; null = the page has looked at all runs. */
export async function oldestLookedAt(
  db: Queryable,
  { search, ...filter }: RunFilter,
  cursor: string | null,
): Promise<string | null> {
  const { indexed, unindexed, indexedValues } = toConditions(filter, cursor);
  if (unindexed === null || search !== undefined) return null;
  const { rows } = await db.query({
    name: 'oldest-looked-at',
    text: `select r.id from runs r where ${indexed} order by r.id desc offset ${MOST_LOOKED_AT - 1} limit 1`,
    values: indexedValues,
    prepare: false,
  });
  return rows[0]?.id ?? null;
}

async function searchRuns<Row extends { id: string }>(
  db: Queryable,
  conditions: Conditions,
  selection: Selection,
  { query, ids, idEnd }: Search,
): Promise<Row[]> {
  const { values } = conditions;
  if (ids !== null) {
    const [least, greatest] = [`$${values.length + 1}`, `$${values.length + 2}`];
    const indexed = `${conditions.indexed} and r.id between ${least}::uuid and ${greatest}::uuid`;
    const ofIds = { ...conditions, indexed, values: [...values, ...ids] };
    const found = await selectRuns<Row>(db, ofIds, selection);
    if (found.length > 0) return found;
  }
  if (idEnd !== null) {
    const ends = `right(r.id::text, 8) = $${values.length + 1}`;
    const unindexed = `${conditions.unindexed ?? 'true'} and ${ends}`;
    const ofEnd = { ...conditions, unindexed, values: [...values, idEnd] };
    const found = await selectRuns<Row>(db, ofEnd, selection);
    if (found.length > 0) return found;
  }
  if (query === null) return [];
  const newest = await searchNewest<Row>(db, conditions, selection, query);
  if (newest.length === selection.count) return newest;
  const older = await searchAll<Row>(db, conditions, selection, query);
  const byId = new Map([...newest, ...older].map((run) => [run.id, run]));
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, selection.count);
}

const allOf = ({ indexed, unindexed }: Conditions) => `${indexed} and ${unindexed ?? 'true'}`;

/** Finds words among the newest matching runs. Looks at one text after the other until the page is full. */
function searchNewest<Row>(
  db: Queryable,
  conditions: Conditions,
  selection: Selection,
  query: string,
): Promise<Row[]> {
  return selectFound(db, conditions, selection, {
    name: 'search-newest-runs',
    query,
    found: (words) => `
      select n.id
      from (
        select r.id from runs r where ${allOf(conditions)} order by r.id desc limit ${SEARCHED_NEWEST}
      ) n cross join lateral (
        select from run_texts t where t.run_id = n.id and ${words} limit 1
      ) t
      order by n.id desc`,
    fits: 'true',
  });
}

/** Finds words in all runs, then applies the filter. */
function searchAll<Row>(
  db: Queryable,
  conditions: Conditions,
  selection: Selection,
  query: string,
): Promise<Row[]> {
  return selectFound(db, conditions, selection, {
    name: 'search-runs',
    query,
    found: (words) => `
      select id
      from (select t.run_id as id from run_texts t where ${words} limit ${SEARCHED_FINDS}) t
      order by id desc`,
    fits: allOf(conditions),
  });
}

async function selectFound<Row>(
  db: Queryable,
  { values }: Conditions,
  { columns, count }: Selection,
  search: {
    name: string;
    query: string;
    /** SQL that selects ids, in the order of the list. @param words SQL: a row of `run_texts t` has the words */
    found: (words: string) => string;
    /** SQL: a found run `r` matches the filter. */
    fits: string;
  },
): Promise<Row[]> {
  const words = `t.words @@ to_tsquery('simple', $${values.length + 2})`;
  const { rows } = await db.query({
    name: search.name,
    // PostgreSQL cannot estimate how many texts have a word, and might scan all runs or texts. With `lateral` and
    // `limit 1`, it looks up each run by its id, in the order of the list.
    text: `
      select ${columns}
      from (${search.found(words)}) found cross join lateral (
        select * from runs r where r.id = found.id and ${search.fits} limit 1
      ) r join workflow_versions v on v.id = r.workflow_version_id
      order by found.id desc limit $${values.length + 1}`,
    values: [...values, count, search.query],
    prepare: false,
  });
  return rows;
}

function toConditions(filter: Omit<RunFilter, 'search'>, cursor: string | null): Conditions {
  const wanted: [condition: (parameter: string) => string, value: unknown][] = [
    [(p) => `r.owner = ${p}`, filter.owner ?? undefined],
    [(p) => `r.workflow_id = (select id from workflows where name = ${p})`, filter.workflowName],
    [(p) => `r.status = any(${p}::text[])`, filter.statuses],
    [(p) => `r.parent_run_id = ${p}`, filter.parentRunId ?? undefined],
    [(p) => `r.created_at > ${p}`, filter.createdAfter],
    [(p) => `r.created_at < ${p}`, filter.createdBefore],
    [
      (p) => `r.owner in (select ${p} union select subject from principals where name = ${p})`,
      filter.ownedBy,
    ],
    [(p) => `r.id < ${p}`, cursor ?? undefined],
    [
      (p) => `r.id > ${p}`,
      filter.createdAfter && earliestIdOf(filter.createdAfter, -CLOCKS_APART_MS),
    ],
    [
      (p) => `r.id < ${p}`,
      filter.createdBefore && earliestIdOf(filter.createdBefore, CLOCKS_APART_MS),
    ],
  ];
  const slow: typeof wanted = [
    [
      (p) => `r.finished_at - r.created_at >= ${p}::float8 * interval '1 millisecond'`,
      filter.minDurationMs,
    ],
    [(p) => `r.cost >= ${p}::numeric`, filter.minCostUsd],
    [(p) => `r.owner <> ${p}`, filter.hiddenOwner],
    [
      (p) => `(r.parent_run_id is null) = ${p}::boolean`,
      filter.parentRunId === null ? true : undefined,
    ],
  ];
  const isGiven = ([, value]: (typeof wanted)[number]) => value !== undefined;
  const [given, givenSlow] = [wanted.filter(isGiven), slow.filter(isGiven)];
  const toSql = (of: typeof wanted, first: number) =>
    of.map(([condition], index) => condition(`$${first + index}`)).join(' and ');
  return {
    indexed: toSql(given, 1) || 'true',
    unindexed: toSql(givenSlow, 1 + given.length) || null,
    values: [...given, ...givenSlow].map(([, value]) => value),
    indexedValues: given.map(([, value]) => value),
  };
}
