import { addPartition, addPartitions, DAY_MS } from '@aio/platform/partitions/add-partitions';
import { PARTITIONED_TABLES, readPartitions } from '@aio/platform/partitions/read-partitions';
import { createPool, type Pool } from '@aio/platform/postgres/pool';
import { earliestIdOf, timeOfId } from '@aio/platform/queries/id-times';

export const STEPS_PER_RUN = 10;
/** Queued runs and runs with a rare word: as many in the small database as in the large one. */
const OPEN_RUNS = 100;
const RARE_RUNS = 40;
const AT_ONCE = 50_000;
/**
 * Age of the newest partition. PostgreSQL reads the whole partition if it only has runs of some hours. With runs of
 * more than a day, a million make B-trees of `runs` one level deeper, and EXPLAIN tells levels of searches apart, but not
 * of inserts.
 */
const NEWEST_MS = DAY_MS;
const PATIENT = { statementTimeoutMs: 1_800_000, queryTimeoutMs: 1_800_000 };

/** Stores runs of the last `days` days in an empty database, in partitions of `widthMs`. */
export async function fill(
  databaseUrl: string,
  { runs, days, widthMs }: { runs: number; days: number; widthMs: number },
  say: (line: string) => void,
): Promise<void> {
  const pool = createPool({ databaseUrl, applicationName: 'aio-growth', max: 2, ...PATIENT });
  try {
    const until = new Date(Date.now() - 60_000);
    const since = new Date(until.getTime() - days * DAY_MS);
    await layOut(pool, since, widthMs);
    await addPartitions(pool, widthMs);
    await seed(pool, { runs, since, until }, say);
  } finally {
    await pool.close();
  }
}

/**
 * Gives an empty database the partitions of one that has existed since `since`: the first partition now ends there,
 * and new ones reach to its former end.
 */
async function layOut(pool: Pool, since: Date, widthMs: number): Promise<void> {
  const [first] = await readPartitions(pool);
  const until = timeOfId(first!.to!).getTime();
  const start = since.getTime() - NEWEST_MS;
  for (const table of PARTITIONED_TABLES)
    await pool.query({
      name: 'lay-out',
      text: `
        alter table ${table} detach partition ${table}_first;
        alter table ${table} attach partition ${table}_first
          for values from (minvalue) to ('${earliestIdOf(new Date(start))}')`,
      prepare: false,
    });
  for (let from = start; from < until; from += widthMs) {
    const to = Math.min(from + widthMs, until);
    const name = new Date(from).toISOString().slice(0, 10).replaceAll('-', '');
    for (const table of PARTITIONED_TABLES)
      await addPartition(pool, { table, name, from: new Date(from), to: new Date(to) });
  }
}

interface Seed {
  runs: number;
  /** When the first and the last run were accepted. */
  since: Date;
  until: Date;
}

/**
 * Stores runs of ten ended steps at equal intervals, with search words and audit log. Every 20th run has a second
 * attempt with a log, every 50th is a child run, every 100th a retry. The last OPEN_RUNS runs are queued.
 */
async function seed(
  pool: Pool,
  { runs, since, until }: Seed,
  say: (line: string) => void,
): Promise<void> {
  await query(pool, MAKE_WORKFLOW);
  const intervalMs = (until.getTime() - since.getTime()) / runs;
  // n + 1: the last run is accepted at `until`.
  const at = `${since.getTime()} + ${intervalMs}::float8 * (n + 1)`;
  for (let first = 0; first < runs; first += AT_ONCE) {
    const last = Math.min(first + AT_ONCE, runs) - 1;
    await query(pool, makeRuns({ first, last, runs, at }));
    await forTables((table, select) => copy(pool, table, select));
    say(`${last + 1} of ${runs} runs stored`);
  }
  await query(pool, 'drop table made');
  await forTables((table) => query(pool, `vacuum (freeze, analyze) ${name(table)}`));
}

/** Works on the tables of runs and those of steps in parallel, so that PostgreSQL uses two cores. */
async function forTables(work: (table: string, select: string) => Promise<unknown>): Promise<void> {
  await Promise.all(
    [OF_RUNS, OF_STEPS].map(async (rows) => {
      for (const [table, select] of Object.entries(rows)) await work(table, select);
    }),
  );
}

/** Copies through a file in PostgreSQL's data folder. */
async function copy(pool: Pool, table: string, select: string): Promise<void> {
  const { rows } = await pool.query({
    name: 'find-folder',
    text: `select current_setting('data_directory') || '/seed-${name(table)}-' || current_database() as file`,
    prepare: false,
  });
  const file = `'${rows[0].file}'`;
  await query(pool, `copy (${select}) to ${file} (format binary)`);
  await query(pool, `copy ${table} from ${file} (format binary)`);
}

function query(pool: Pool, text: string): Promise<unknown> {
  return pool.query({ name: 'seed', text, prepare: false });
}

const name = (table: string) => table.slice(0, table.indexOf(' '));

const MAKE_WORKFLOW = `
  with workflow as (
    insert into workflows (id, name, owner, latest_version)
    values ('01900000-0000-7000-8000-000000000001', 'ship-order', 'somebody', 1)
  ), version as (
    insert into workflow_versions (id, workflow_id, version, definition, source, media_type, checksum, created_by)
    select '01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000001', 1, json_build_object(
        'name', 'ship-order', 'steps', (
          select json_object_agg('s' || n, '{"type":"transform","with":{"value":1}}'::json)
          from generate_series(0, ${STEPS_PER_RUN - 1}) n)
      ), '', 'application/json', '', 'somebody'
  )
  insert into principals (subject, name) values ('somebody', 'somebody@example.com')`;

const makeRuns = (of: { first: number; last: number; runs: number; at: string }) => `
  drop table if exists made;
  create unlogged table made as
  select *, lag(id) over (order by n) as before from (
    select n, to_timestamp((${of.at}) / 1000) as at, n >= ${of.runs - OPEN_RUNS} as is_open,
      (lpad(to_hex((${of.at})::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
        || substr(md5(n::text), 4, 15))::uuid as id,
      case when n % ${Math.max(1, Math.floor(of.runs / RARE_RUNS))} = 0 then ' rare' else '' end as rare
    from generate_series(${of.first}, ${of.last}) n
  ) as one`;

/** Rows of each table, in the order of time. Every run has texts, because the API would add missing ones. */
const OF_RUNS: Readonly<Record<string, string>> = {
  'run_texts (run_id, words, is_final)': `
    select id, to_tsvector('simple', 'ship order o' || n || ' '
      || (array['tokyo', 'osaka', 'kyoto', 'nara'])[1 + n % 4] || rare), not is_open
    from made order by n`,
  [`runs (id, workflow_id, workflow_version_id, workflow_name, owner, status, input, steps_total, steps_done,
    created_at, started_at, finished_at, wanted_at, event_seq, finished_seq, cost, parent_run_id, parent_step,
    parent_iteration, parent_attempt, parent_told, retry_of)`]: `
    select id, '01900000-0000-7000-8000-000000000001'::uuid, '01900000-0000-7000-8000-000000000002'::uuid,
      'ship-order', 'somebody',
      case when is_open then 'queued' when n % 50 = 1 then 'failed' else 'succeeded' end,
      json_build_object('order', 'o' || n, 'city', (array['tokyo', 'osaka', 'kyoto', 'nara'])[1 + n % 4],
        'note', md5(n::text) || rare),
      ${STEPS_PER_RUN}, case when is_open then 0 else ${STEPS_PER_RUN} end, at,
      case when not is_open then at end, case when not is_open then at + interval '1 s' end,
      case when is_open then at end, 22::bigint, case when not is_open then 22::bigint end, 0.01,
      case when n % 50 = 0 then before end, case when n % 50 = 0 and before is not null then 's0' end,
      case when n % 50 = 0 and before is not null then -1 end, case when n % 50 = 0 and before is not null then 1 end,
      true, case when n % 100 = 2 then before end
    from made order by n`,
  'audit_log (id, at, subject, name, via, action, target)': `
    select id, at, 'somebody', 'somebody@example.com', 'bearer', 'submitRun', 'runs/' || id from made order by n`,
};

const OF_STEPS: Readonly<Record<string, string>> = {
  [`steps (run_id, step, iteration, kind, lane, status, attempt, output, ready_at, started_at, finished_at,
    started_seq, finished_seq)`]: `
    select id, 's' || s, -1, 'transform', 'default', 'succeeded', 1, json_build_object('value', md5(n::text || s)),
      at, at, at + s * interval '0.1 s', 2 + 2 * s::bigint, 3 + 2 * s::bigint
    from made cross join generate_series(0, ${STEPS_PER_RUN - 1}) s where not is_open order by n, s`,
  [`step_attempts (run_id, step, iteration, attempt, status, error, started_at, finished_at, started_seq,
    finished_seq)`]: `
    select id, 's1', -1, 1, 'failed', '{"code":"http_status","message":"503"}'::json, at, at, 2::bigint, 3::bigint
    from made where n % 20 = 0 and not is_open order by n`,
  'step_logs (run_id, step, iteration, attempt, lines)': `
    select id, 's1', -1, 1, json_build_array(json_build_object('level', 'info', 'message', md5(n::text)))
    from made where n % 20 = 0 and not is_open order by n`,
};
