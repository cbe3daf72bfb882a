import type { Labels } from '@aio/core/run/labels';
import type { RunStatus } from '@aio/core/run/states';
import type { Queryable } from '../../postgres/queryable.ts';
import { CLOCKS_APART_MS, earliestIdOf } from '../id-times.ts';

export interface RunFilter {
  /** null = all owners. */
  owner?: string | null | undefined;
  workflowName?: string | undefined;
  /** Only runs with all of these labels. */
  labels?: Labels | undefined;
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
  /** The run's id, or its last 8 characters, which lists show in its place. */
  id?: string | undefined;
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

/** With a filter without an index, a page looks at this many runs; the next page continues after them. */
export const MOST_LOOKED_AT = 50_000;

/**
 * Finds matching runs, the newest first.
 * @param of.columns columns of `runs r join workflow_versions v`
 */
export async function findRuns<Row>(
  db: Queryable,
  of: { filter: RunFilter; cursor: string | null; columns: string; count: number },
): Promise<Row[]> {
  const { indexed, unindexed, values } = toConditions(of.filter, of.cursor);
  const source =
    unindexed === null
      ? 'runs'
      : `(select * from runs r where ${indexed} order by r.id desc limit ${MOST_LOOKED_AT})`;
  const { rows } = await db.query({
    name: 'list-runs',
    text: `
      select ${of.columns}
      from ${source} r join workflow_versions v on v.id = r.workflow_version_id
      where ${unindexed ?? indexed}
      order by r.id desc limit $${values.length + 1}`,
    values: [...values, of.count],
    // The best index depends on the filters.
    prepare: false,
  });
  return rows;
}

/** The cursor after a page that is not full; null = the page has looked at all runs. */
export async function oldestLookedAt(
  db: Queryable,
  filter: RunFilter,
  cursor: string | null,
): Promise<string | null> {
  const { indexed, unindexed, indexedValues } = toConditions(filter, cursor);
  if (unindexed === null) return null;
  const { rows } = await db.query({
    name: 'oldest-looked-at',
    text: `select r.id from runs r where ${indexed} order by r.id desc offset ${MOST_LOOKED_AT - 1} limit 1`,
    values: indexedValues,
    prepare: false,
  });
  return rows[0]?.id ?? null;
}

const SHOWN_OF_ID = 8;

function toConditions(filter: RunFilter, cursor: string | null): Conditions {
  const isWholeId = (filter.id?.length ?? 0) > SHOWN_OF_ID;
  const wanted: [condition: (parameter: string) => string, value: unknown][] = [
    [(p) => `r.owner = ${p}`, filter.owner ?? undefined],
    [(p) => `r.id = ${p}`, isWholeId ? filter.id : undefined],
    [(p) => `r.workflow_id = (select id from workflows where name = ${p})`, filter.workflowName],
    [(p) => `r.labels @> ${p}::jsonb`, filter.labels],
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
    [(p) => `right(r.id::text, ${SHOWN_OF_ID}) = ${p}`, isWholeId ? undefined : filter.id],
    [
      (p) => `r.finished_at - r.created_at >= ${p}::float8 * interval '1 millisecond'`,
      filter.minDurationMs,
    ],
    [(p) => `r.cost >= ${p}::float8`, filter.minCostUsd],
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
