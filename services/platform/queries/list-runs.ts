import type { Failure } from '@aio/core/errors';
import type { RunStatus } from '@aio/core/run/states';
import type { Waiting } from '@aio/core/run/waiting';
import type { Queryable } from '../queryable.ts';
import { earliestIdOf } from './id-times.ts';
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
  /** Runs that steps of this run have started. */
  parentRunId?: string | undefined;
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

/** For queries on `runs r join workflow_versions v`. */
export const RUN_SUMMARY_COLUMNS = `
  r.id, r.workflow_name as "workflowName", v.version, r.status, r.owner, ${nameOf('r.owner')} as "ownerName", r.error,
  r.retry_of as "retryOf", r.replay_of as "replayOf", r.traceparent, r.created_at as "createdAt", r.started_at as "startedAt",
  r.finished_at as "finishedAt", r.steps_total as "stepsTotal", r.steps_done as "stepsDone",
  case when r.worker_id is not null and r.finished_at is null then ${takeoverOf('r.worker_id')} end as "takeoverAt",
  case when r.parent_run_id is not null then json_build_object(
    'runId', r.parent_run_id, 'step', r.parent_step, 'iteration', r.parent_iteration
  ) end as parent,
  r.cost_usd as "costUsd",
  case when pg_column_size(r.input) <= ${SHOWN_INPUT_BYTES} then left(r.input::text, ${INPUT_CHARACTERS}) end
    as "inputSummary",
  case when r.parent_run_id is not null
    then json_build_object('who', ${nameOf('r.owner')}, 'via', 'workflow')
    else coalesce(
      -- The entry of the audit log on a run's start has the run's id.
      (select json_build_object('who', a.name, 'via', a.via) from audit_log a where a.id = r.id),
      json_build_object('who', ${nameOf('r.owner')}, 'via', null)
    )
  end as "startedBy"`;

/**
 * Newest first. A search looks for the beginning of an id first. For words it looks at the newest 5,000 that fit the rest of the filter, and if those do not fill the page, at
 * 50,000 finds among all: of a word that is neither common nor rare the rest is left out.
 */
export async function listRuns(
  db: Queryable,
  { limit, cursor, search, ...filter }: PageRequest & RunFilter,
): Promise<Page<RunSummary>> {
  const conditions = toConditions(filter, parseIdCursor(cursor));
  const found = await (search === undefined
    ? selectRuns(db, conditions, limit)
    : searchRuns(db, conditions, toSearch(search), limit));
  const page = toPage<RunRow>(found, limit, (run) => run.id);
  const waits = await readRunWaits(db, page.items);
  const items = page.items.map((run) => ({ ...run, waitingFor: waits.get(run.id) ?? null }));
  return { ...page, items };
}

/** Ids of the newest runs that fit, without a page's rest. */
export async function listRunIds(
  db: Queryable,
  { limit, search, ...filter }: RunFilter & { limit: number },
): Promise<string[]> {
  const conditions = toConditions(filter, null);
  const found = await (search === undefined
    ? selectRuns(db, conditions, limit - 1)
    : searchRuns(db, conditions, toSearch(search), limit - 1));
  return found.map(({ id }) => id);
}

interface Conditions {
  /** For `runs r`; those that no index helps come last. */
  where: string;
  /** What no index helps with looks at so many runs at most; null = all conditions have one. */
  most: number | null;
  unindexed: string;
  values: unknown[];
}

/** Rows that a filter without an index looks at, the newest. */
const MOST_LOOKED_AT = 50_000;
const SEARCHED_NEWEST = 5_000;
const SEARCHED_FINDS = 50_000;

async function selectRuns(
  db: Queryable,
  { where, most, unindexed, values }: Conditions,
  limit: number,
): Promise<RunRow[]> {
  const source =
    most === null
      ? 'runs'
      : `(select * from runs r where ${where} order by r.id desc limit ${most})`;
  const { rows } = await db.query({
    name: 'list-runs',
    text: `
      select ${RUN_SUMMARY_COLUMNS}
      from ${source} r join workflow_versions v on v.id = r.workflow_version_id
      where ${where} and ${unindexed}
      order by r.id desc limit $${values.length + 1}`,
    values: [...values, limit + 1],
    // Which index is best depends on the filters.
    prepare: false,
  });
  return rows;
}

async function searchRuns(
  db: Queryable,
  conditions: Conditions,
  { query, ids }: Search,
  limit: number,
): Promise<RunRow[]> {
  const { where, unindexed, values } = conditions;
  if (ids !== null) {
    const [least, greatest] = [`$${values.length + 1}`, `$${values.length + 2}`];
    const within = `${where} and r.id between ${least}::uuid and ${greatest}::uuid`;
    const ofIds = { ...conditions, where: within, values: [...values, ...ids] };
    const found = await selectRuns(db, ofIds, limit);
    if (found.length > 0) return found;
  }
  if (query === null) return [];
  const given = [...values, limit + 1, query];
  const [count, words] = [`$${values.length + 1}`, `$${values.length + 2}`];
  const hasWords = `t.words @@ to_tsquery('simple', ${words})`;
  const select = async (name: string, source: string, where: string): Promise<RunRow[]> => {
    const { rows } = await db.query({
      name,
      text: `
        ${source}
        select ${RUN_SUMMARY_COLUMNS}
        from found join runs r on r.id = found.id join workflow_versions v on v.id = r.workflow_version_id
        where ${where} order by r.id desc limit ${count}`,
      values: given,
      prepare: false,
    });
    return rows;
  };
  const newest = await select(
    'search-newest-runs',
    `with newest as materialized (
       select r.id from runs r where ${where} and ${unindexed} order by r.id desc limit ${SEARCHED_NEWEST}
     ), found as (
       select n.id from newest n join run_texts t on t.run_id = n.id where ${hasWords}
     )`,
    'true',
  );
  if (newest.length > limit) return newest;
  return select(
    'search-runs',
    `with found as materialized (
       select t.run_id as id from run_texts t where ${hasWords} limit ${SEARCHED_FINDS}
     )`,
    `${where} and ${unindexed}`,
  );
}

function toConditions(filter: RunFilter, cursor: string | null): Conditions {
  const wanted: [condition: (parameter: string) => string, value: unknown][] = [
    [(p) => `r.owner = ${p}`, filter.owner ?? undefined],
    [(p) => `r.workflow_id = (select id from workflows where name = ${p})`, filter.workflowName],
    [(p) => `r.status = any(${p}::text[])`, filter.statuses],
    [(p) => `r.parent_run_id = ${p}`, filter.parentRunId],
    [(p) => `r.created_at > ${p}`, filter.createdAfter],
    [(p) => `r.created_at < ${p}`, filter.createdBefore],
    [
      (p) => `r.owner in (select ${p} union select subject from principals where name = ${p})`,
      filter.ownedBy,
    ],
    [(p) => `r.id = any(${p}::uuid[])`, filter.ids],
    [(p) => `r.id < ${p}`, cursor ?? undefined],
    // Ids are of the API's clock, times of the database's: an hour covers what lies between.
    [(p) => `r.id > ${p}`, filter.createdAfter && earliestIdOf(filter.createdAfter, -HOUR_MS)],
    [(p) => `r.id < ${p}`, filter.createdBefore && earliestIdOf(filter.createdBefore, HOUR_MS)],
  ];
  const slow: typeof wanted = [
    [
      (p) => `r.finished_at - r.created_at >= ${p}::float8 * interval '1 millisecond'`,
      filter.minDurationMs,
    ],
    [(p) => `r.cost_usd >= ${p}::float8`, filter.minCostUsd],
  ];
  const isGiven = ([, value]: (typeof wanted)[number]) => value !== undefined;
  const [given, givenSlow] = [wanted.filter(isGiven), slow.filter(isGiven)];
  const toSql = (of: typeof wanted, first: number) =>
    ['true', ...of.map(([condition], index) => condition(`$${first + index}`))].join(' and ');
  return {
    where: toSql(given, 1),
    most: givenSlow.length === 0 ? null : MOST_LOOKED_AT,
    unindexed: toSql(givenSlow, 1 + given.length),
    values: [...given, ...givenSlow].map(([, value]) => value),
  };
}

const HOUR_MS = 3_600_000;
