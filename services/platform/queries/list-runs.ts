import type { Failure } from '@aio/core/errors';
import type { RunStatus } from '@aio/core/run/states';
import type { Waiting } from '@aio/core/run/waiting';
import type { Queryable } from '../queryable.ts';
import { CLOCKS_APART_MS, earliestIdOf } from './id-times.ts';
import { type Page, type PageRequest, parseIdCursor, toPage } from './page.ts';
import { nameOf } from './principals.ts';
import { type Search, toSearch } from './run-texts.ts';
import { type OpenRun, readRunWaits } from './run-waits.ts';
import { takeoverOf } from './takeover.ts';

export interface RunRow extends OpenRun {
  workflowName: string;
  version: number;
  /** A subject. */
  owner: string;
  ownerName: string;
  error: Failure | null;
  retryOf: string | null;
  /** The run that it repeats, whole or from a step on. */
  replayOf: string | null;
  /** The step whose run this is, iteration -1 = the step itself; null = nobody's. */
  parent: { runId: string; step: string; iteration: number } | null;
  /** Whether its steps have started runs. */
  childRuns: boolean;
  /** null = not traced. */
  traceparent: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  stepsTotal: number;
  stepsDone: number;
  /** So far, of the calls whose model has a price; null = not known, or nothing was executed. */
  costUsd: number | null;
  /** The first characters of the input as JSON; null = the input is long. */
  inputSummary: string | null;
  /** Who started it: a person's or a program's name, by a token, a session or a step; `via` null = not known. */
  startedBy: { who: string; via: 'bearer' | 'session' | 'workflow' | null };
}

export interface RunSummary extends RunRow {
  /** null = it goes on, or has ended. */
  waitingFor: Waiting | null;
}

export interface RunFilter {
  /** null = everybody's. */
  owner?: string | null | undefined;
  workflowName?: string | undefined;
  statuses?: readonly RunStatus[] | undefined;
  /** Runs that steps of this run have started; null = those that no step has. */
  parentRunId?: string | null | undefined;
  createdAfter?: Date | undefined;
  createdBefore?: Date | undefined;
  /** Of this owner, a subject or a name, among those of `owner`. */
  ownedBy?: string | undefined;
  /** Ended ones that took so long at least, from acceptance to the end. */
  minDurationMs?: number | undefined;
  minCostUsd?: number | undefined;
  /** Words and beginnings of words, or the beginning of an id. */
  search?: string | undefined;
  /** Only these runs, for the followers of a list. */
  ids?: readonly string[] | undefined;
}

const INPUT_CHARACTERS = 120;
/** Of an input as it is stored. To show the beginning of one, PostgreSQL reads it all. */
const SHOWN_INPUT_BYTES = 8192;

/** As a list shows it. @param input JSON text */
export function summarizeInput(input: string): string | null {
  if (Buffer.byteLength(input) > SHOWN_INPUT_BYTES) return null;
  return Array.from(input.slice(0, INPUT_CHARACTERS * 2))
    .slice(0, INPUT_CHARACTERS)
    .join('');
}

/** SQL of what `summarizeInput` gives, of a run `r`. */
export const INPUT_SUMMARY = `
  case when pg_column_size(r.input) <= ${SHOWN_INPUT_BYTES} then left(r.input::text, ${INPUT_CHARACTERS}) end`;

/** For queries on `runs r join workflow_versions v`. */
export const RUN_SUMMARY_COLUMNS = `
  r.id, r.workflow_name as "workflowName", v.version, r.status, r.owner, ${nameOf('r.owner')} as "ownerName", r.error,
  r.retry_of as "retryOf", r.replay_of as "replayOf", r.traceparent, r.created_at as "createdAt", r.started_at as "startedAt",
  r.finished_at as "finishedAt", r.steps_total as "stepsTotal", r.steps_done as "stepsDone",
  case when r.worker_id is not null and r.finished_at is null then ${takeoverOf('r.worker_id')} end as "takeoverAt",
  case when r.parent_run_id is not null then json_build_object(
    'runId', r.parent_run_id, 'step', r.parent_step, 'iteration', r.parent_iteration
  ) end as parent,
  exists (select from runs c where c.parent_run_id = r.id) as "childRuns",
  r.cost_usd as "costUsd",
  ${INPUT_SUMMARY} as "inputSummary",
  case when r.parent_run_id is not null
    then json_build_object('who', ${nameOf('r.owner')}, 'via', 'workflow')
    else coalesce(
      -- The entry of the audit log on a run's start has the run's id.
      (select json_build_object('who', a.name, 'via', a.via) from audit_log a where a.id = r.id),
      json_build_object('who', ${nameOf('r.owner')}, 'via', null)
    )
  end as "startedBy"`;

/**
 * Lists runs, newest first. A search looks for the beginning of an id, then for words.
 * Of words with very many matches, a search may leave out older runs.
 */
export async function listRuns(
  db: Queryable,
  { limit, cursor, ...filter }: PageRequest & RunFilter,
): Promise<Page<RunSummary>> {
  const rows = await find<RunRow>(db, {
    filter,
    cursor: parseIdCursor(cursor),
    columns: RUN_SUMMARY_COLUMNS,
    count: limit + 1,
  });
  const page = toPage(rows, limit, (run) => run.id);
  page.nextCursor ??= await oldestLookedAt(db, filter, cursor);
  const waits = await readRunWaits(db, page.items);
  const items = page.items.map((run) => ({ ...run, waitingFor: waits.get(run.id) ?? null }));
  return { ...page, items };
}

/** Ids of the newest runs that fit. */
export async function listRunIds(
  db: Queryable,
  { limit, ...filter }: RunFilter & { limit: number },
): Promise<string[]> {
  const rows = await find(db, { filter, cursor: null, columns: 'r.id', count: limit });
  return rows.map(({ id }) => id);
}

interface Conditions {
  /** For `runs r`: what an index helps with. */
  indexed: string;
  /** For `runs r`: what no index helps with; null = there are no such conditions. */
  unindexed: string | null;
  /** Of both, those that an index helps with first. */
  values: unknown[];
  indexedValues: unknown[];
}

/** What is selected of `runs r join workflow_versions v`, and how many rows at most. */
interface Selection {
  columns: string;
  count: number;
}

/** For a filter without an index, a page looks at so many runs, the newest; the next page goes on behind them. */
export const MOST_LOOKED_AT = 50_000;
/** A search for words looks at so many runs first, the newest. */
const SEARCHED_NEWEST = 5_000;
/** If those do not fill the page, it looks at so many matches among all runs, in no order. */
const SEARCHED_FINDS = 50_000;

function find<Row extends { id: string }>(
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
    // Which index is best depends on the filters.
    prepare: false,
  });
  return rows;
}

/** Where the next page goes on although this one is not full; null = it has looked at all runs. */
async function oldestLookedAt(
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
  { query, ids }: Search,
): Promise<Row[]> {
  const { values } = conditions;
  if (ids !== null) {
    const [least, greatest] = [`$${values.length + 1}`, `$${values.length + 2}`];
    const indexed = `${conditions.indexed} and r.id between ${least}::uuid and ${greatest}::uuid`;
    const ofIds = { ...conditions, indexed, values: [...values, ...ids] };
    const found = await selectRuns<Row>(db, ofIds, selection);
    if (found.length > 0) return found;
  }
  if (query === null) return [];
  const newest = await searchNewest<Row>(db, conditions, selection, query);
  if (newest.length === selection.count) return newest;
  const older = await searchAll<Row>(db, conditions, selection, query);
  const byId = new Map([...newest, ...older].map((run) => [run.id, run]));
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, selection.count);
}

/** SQL: a row of `run_texts t` has the words of the parameter. */
const hasWords = (parameter: string) => `t.words @@ to_tsquery('simple', ${parameter})`;
const allOf = ({ indexed, unindexed }: Conditions) => `${indexed} and ${unindexed ?? 'true'}`;

async function searchNewest<Row>(
  db: Queryable,
  conditions: Conditions,
  { columns, count }: Selection,
  query: string,
): Promise<Row[]> {
  const { values } = conditions;
  const { rows } = await db.query({
    name: 'search-newest-runs',
    text: `
      with newest as materialized (
        select r.id from runs r where ${allOf(conditions)} order by r.id desc limit ${SEARCHED_NEWEST}
      ), found as (
        select n.id from newest n join run_texts t on t.run_id = n.id
        where ${hasWords(`$${values.length + 2}`)}
      )
      select ${columns}
      from found join runs r on r.id = found.id join workflow_versions v on v.id = r.workflow_version_id
      order by r.id desc limit $${values.length + 1}`,
    values: [...values, count, query],
    prepare: false,
  });
  return rows;
}

async function searchAll<Row>(
  db: Queryable,
  conditions: Conditions,
  { columns, count }: Selection,
  query: string,
): Promise<Row[]> {
  const { values } = conditions;
  const { rows } = await db.query({
    name: 'search-runs',
    text: `
      with found as materialized (
        select t.run_id as id from run_texts t
        where ${hasWords(`$${values.length + 2}`)} limit ${SEARCHED_FINDS}
      )
      select ${columns}
      from found join runs r on r.id = found.id join workflow_versions v on v.id = r.workflow_version_id
      where ${allOf(conditions)}
      order by r.id desc limit $${values.length + 1}`,
    values: [...values, count, query],
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
    [(p) => `r.id = any(${p}::uuid[])`, filter.ids],
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
    [(p) => `r.cost_usd >= ${p}::float8`, filter.minCostUsd],
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
