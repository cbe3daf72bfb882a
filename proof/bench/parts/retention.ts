import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { chain, toWorkflow } from '@aio/loadtest/workflows/shapes';
import { waitUntil } from '@aio/tools/system/wait-until';
import { type BenchPart, figureTable } from '../part.ts';
import { startBenchSystem } from '../system.ts';

const WORKERS = 2;
const STEPS = 10;
const OLD_RUNS = 200_000;
/** Runs that are submitted meanwhile. */
const RUNS_PER_SECOND = 20;
const ALONE_MS = 30_000;
/** In which the last runs end. */
const SETTLE_MS = 10_000;
const ENDS_WITHIN_MS = 1_200_000;

/** Measures how fast workers delete old runs while others are executed. */
export const retention: BenchPart = {
  name: 'retention',
  async run(context) {
    const env = { RETENTION_RUNS: '30d' };
    const system = await startBenchSystem(context, { workers: WORKERS, env });
    const { api, db, simulator } = system;
    const work = { type: 'http', with: { url: `${simulator.url}/work?ms=10&bytes=1000` } } as const;
    await api.createWorkflow(toWorkflow('current', chain(STEPS), work));

    /** Submits runs until `isOver` resolves. @returns the P95 of those runs, and how long it took, s */
    async function loadUntil(isOver: Promise<unknown>): Promise<{ p95: number; seconds: number }> {
      const begin = new Date();
      let end = null as Date | null;
      const over = isOver.finally(() => (end = new Date()));
      for (let at = performance.now(); end === null; at += 1000) {
        await sleep(Math.max(0, at - performance.now()));
        await system.submitMany('current', RUNS_PER_SECOND);
      }
      await over;
      await sleep(SETTLE_MS);
      const seconds = (end.getTime() - begin.getTime()) / 1000;
      return { p95: await readP95(db, begin, end), seconds };
    }

    const alone = await loadUntil(sleep(ALONE_MS));
    await system.setWorkers(0);
    context.say(`storing ${OLD_RUNS} old runs of ${STEPS} steps`);
    await storeOldRuns(db);
    await system.setWorkers(WORKERS);
    const areGone = async () => (await countOld(db)) === 0;
    const beside = await loadUntil(waitUntil('old runs are gone', ENDS_WITHIN_MS, areGone));
    return {
      tables: [
        figureTable(`Deleting old runs of ${STEPS} steps beside ${RUNS_PER_SECOND} runs/s`, '', {
          'deleted, runs/s': OLD_RUNS / beside.seconds,
          'P95 of a run before, s': alone.p95,
          'P95 of a run meanwhile, s': beside.p95,
        }),
      ],
      measured: {},
      method: `${WORKERS} workers with RETENTION_RUNS=30d and ${OLD_RUNS} older runs with outputs of 1 kB; meanwhile, ${RUNS_PER_SECOND} runs of ${STEPS} http steps of 10 ms are submitted a second`,
    };
  },
};

/** Copies of an ended run with ids of two months ago. */
async function storeOldRuns(db: Pool): Promise<void> {
  await db.query(
    `with model as (select * from runs where status = 'succeeded' limit 1), old as (
       insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total, status,
                         created_at, started_at, finished_at)
       select overlay(gen_random_uuid()::text
                placing left(lpad(to_hex((extract(epoch from now() - interval '60 days') * 1000)::bigint), 12, '0'), 8)
                  || '-0000-7' from 1 for 15)::uuid,
              workflow_id, workflow_version_id, workflow_name, owner, input, steps_total, status,
              now() - interval '60 days', now() - interval '60 days', now() - interval '60 days'
       from model cross join generate_series(1, $1)
       returning id
     )
     insert into steps (run_id, step, kind, lane, status, attempt, output, started_at, finished_at)
     select old.id, of.step, of.kind, of.lane, of.status, of.attempt, of.output, of.started_at, of.finished_at
     from old cross join steps of where of.run_id = (select id from model)`,
    [OLD_RUNS],
  );
  for (const table of ['runs', 'steps']) await db.query(`analyze ${table}`);
}

async function countOld(db: Pool): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from runs where created_at < now() - interval '30 days'`,
  );
  return rows[0]!.count;
}

/** @returns seconds from accepted to ended, of runs accepted within this time */
async function readP95(db: Pool, from: Date, until: Date): Promise<number> {
  const { rows } = await db.query<{ p95: number }>(
    `select percentile_cont(0.95) within group (
       order by extract(epoch from coalesce(finished_at, now()) - created_at))::float8 as p95
     from runs where created_at between $1 and $2`,
    [from, until],
  );
  return rows[0]!.p95;
}
