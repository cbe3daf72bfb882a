import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../bed/quantile.ts';
import { readMetric } from '@aio/tools/system/read-metric';
import { type Stand, troubleDrill } from './trouble.ts';

const INDEX = 'audit_log_target';
const PATH = '/api/v1/audit?target=runs/none&limit=50';
const ROWS = 300_000;

export const slowQuery = troubleDrill({
  name: 'slow-query',
  symptom: 'one kind of request gets slower every day',
  cause: 'an index is missing',
  cure: 'find the query in pg_stat_statements, EXPLAIN it, create index concurrently',
  bed: {
    postgresSettings: {
      shared_preload_libraries: 'pg_stat_statements',
      // One process reads the whole table, as on a busy machine.
      max_parallel_workers_per_gather: '0',
    },
  },
  async tryOut(stand) {
    const { bed, ask, seeLog, checks, progress } = stand;
    const { db, system } = bed;
    progress(`writes ${ROWS} rows`);
    await db.query('create extension pg_stat_statements');
    await db.query(
      `insert into audit_log (id, subject, name, via, action, target)
       select gen_random_uuid(), 'x', 'x', 'bearer', 'x', 'runs/' || n from generate_series(1, $1) n`,
      [ROWS],
    );
    await db.query('analyze audit_log');
    const { rows } = await db.query<{ definition: string }>(
      `select pg_get_indexdef($1::regclass) as definition`,
      [INDEX],
    );
    /** Median time of nine answers, in ms. */
    const look = async () => {
      const times: number[] = [];
      for (let index = 0; index < 9; index++) {
        const at = performance.now();
        await ask(PATH);
        times.push(performance.now() - at);
        await sleep(5);
      }
      return median(times);
    };
    await db.query(`alter system set log_min_duration_statement = '10ms'`);
    await db.query('select pg_reload_conf()');
    await look();
    const usual = await look();

    progress('drops the index');
    await db.query(`drop index ${INDEX}`);
    await db.query('select pg_stat_statements_reset()');
    const slow = await look();
    checks.note(`GET ${PATH} ${slow.toFixed(0)} ms instead of ${usual.toFixed(0)}`);
    checks.that(slow > 2 * usual, 'requests are no slower without the index');
    const query = await slowest(stand);
    checks.that(
      /from audit_log/.test(query),
      `the slowest statement in pg_stat_statements is ${query}`,
    );
    const plan = await explain(stand);
    checks.note(`EXPLAIN: ${plan}`);
    checks.that(plan.startsWith('Seq Scan on audit_log'), `EXPLAIN: ${plan}`);
    await seeLog('postgres', /duration: [\d.]+ ms +execute/);
    const seconds = await readMetric(
      system.metricsUrl,
      'aio_database_query_duration_seconds_sum',
      'query="list-audit"',
    );
    checks.that(seconds > 0, 'aio_database_query_duration_seconds does not name the query');

    progress('creates the index again');
    await db.query(rows[0]!.definition.replace(/^CREATE INDEX/, 'CREATE INDEX CONCURRENTLY'));
    await sleep(100);
    const after = await look();
    const mended = await explain(stand);
    checks.note(`then ${after.toFixed(0)} ms, ${mended}`);
    checks.that(/^Index Scan .*audit_log_target/.test(mended), `EXPLAIN: ${mended}`);
    checks.that(after < slow / 2, 'requests are no faster with the index');
    await db.query(`delete from audit_log where action = 'x'`);
  },
});

/** The statement that took most of the time. */
async function slowest({ bed }: Stand): Promise<string> {
  const { rows } = await bed.db.query<{ query: string }>(
    `select query from pg_stat_statements where query !~ 'pg_stat_statements'
     order by total_exec_time desc limit 1`,
  );
  return rows[0]?.query.replaceAll(/\s+/g, ' ') ?? '';
}

/** The line of the plan that says how PostgreSQL reads the table. */
async function explain({ bed }: Stand): Promise<string> {
  const { rows } = await bed.db.query<{ 'QUERY PLAN': string }>(
    `explain select * from audit_log where target = 'runs/none' order by id desc limit 51`,
  );
  const line = rows.map((row) => row['QUERY PLAN']).find((each) => each.includes('audit_log'));
  return line?.replace(/^[\s>-]*/, '').replace(/\s+\(cost.*/, '') ?? '';
}
