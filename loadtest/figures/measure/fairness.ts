import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { openDatabase } from '../../lib/database.ts';
import type { Definition } from '../../lib/definition.ts';
import { median } from '../../lib/median.ts';
import { stepName } from '../../lib/shapes.ts';
import { startSystem, type System } from '../../lib/system.ts';
import { SIMULATOR_INPUT, workUrl } from '../../lib/simulator-work.ts';
import { submitMany } from '../lib/batch.ts';
import type { FigureGroup } from '../lib/figure.ts';
import type { Bench } from '../lib/run-figures.ts';

const LIMIT_MS = 2000;
const EVERY_MS = 1000;
const PATIENCE_MS = 10_000;

interface Rule {
  default: number;
  least: number;
}
type Rules = { runs: Rule; singles: Rule; workers: Rule };

interface Crowd {
  title: string;
  stepMs: number;
  /** One after the other, so that the crowd outlasts the measurement. */
  stepsPerRun: number;
}

const CROWDS: readonly Crowd[] = [
  { title: 'steps of 50 ms', stepMs: 50, stepsPerRun: 10 },
  { title: 'steps of 10 s that keep every slot', stepMs: 10_000, stepsPerRun: 1 },
];

/** Queue time of single runs beside a crowd: from accepted to the first step's start, by the database. */
export async function measureFairness(bench: Bench<Rules>): Promise<FigureGroup[]> {
  const { servers, dataDir, searchPath, options, say } = bench;
  const db = openDatabase(servers.databaseUrl);
  const groups: FigureGroup[] = [];
  try {
    for (const crowd of CROWDS) {
      const env = { PATH: searchPath };
      const system = await startSystem({ ...servers, workers: options.workers, dataDir, env });
      try {
        groups.push(await measureBeside(crowd, { system, db, options, say }));
      } finally {
        await system.stop();
        // What is left of the crowd must not stand beside the next one.
        await servers.redis.end();
        await servers.redis.start();
        await db.query('truncate runs cascade');
      }
    }
  } finally {
    await db.end();
  }
  return groups;
}

async function measureBeside(
  { title, stepMs, stepsPerRun }: Crowd,
  {
    system,
    db,
    options,
    say,
  }: Pick<Bench<Rules>, 'options' | 'say'> & { system: System; db: Pool },
): Promise<FigureGroup> {
  const input = { simulator: system.simulator.url };
  await system.api.createWorkflow(toWorkflow('crowd', stepMs, stepsPerRun));
  await system.api.createWorkflow(toWorkflow('single', 10, 1));
  say(`fairness: ${options.runs} runs with ${title} are submitted`);
  await submitMany(system, 'crowd', options.runs, input);
  say(`fairness: ${options.singles} single runs, one a second`);
  const ids: string[] = [];
  for (let nth = 0; nth < options.singles; nth++) {
    await sleep(EVERY_MS);
    ids.push((await system.api.submitRun('single', input)).id);
  }
  const waiting = await countWaiting(db);
  // Whoever has not started by then has missed the limit, and waits for the whole crowd maybe.
  await Promise.race([
    Promise.all(ids.map((id) => system.api.waitForRun(id))),
    sleep(PATIENCE_MS, undefined, { ref: false }),
  ]);
  const waits = await readWaits(db, ids);
  return {
    title: `${options.runs} queued runs with ${title}, ${options.workers} workers; ${ids.length} single runs, one a second`,
    figures: [
      {
        name: 'runs of the crowd that still waited at the last single run',
        value: waiting,
        unit: '',
        limit: { least: 1 },
      },
      { name: 'queue time, median', value: median(waits), unit: 'ms' },
      {
        name: 'queue time, longest',
        value: Math.max(...waits),
        unit: 'ms',
        limit: { most: LIMIT_MS },
      },
    ],
  };
}

function toWorkflow(name: string, stepMs: number, count: number): Definition {
  const steps = Array.from({ length: count }, (_, index) => [
    stepName(index),
    {
      type: 'http',
      needs: index === 0 ? [] : [stepName(index - 1)],
      with: { url: workUrl(stepMs) },
    },
  ]);
  return { name, input: SIMULATOR_INPUT, steps: Object.fromEntries(steps) as Definition['steps'] };
}

/** For a worker, or with their steps for a slot. */
async function countWaiting(db: Pool): Promise<number> {
  const { rows } = await db.query<{ waiting: number }>(
    `select count(*)::int as waiting from runs r
     where workflow_name = 'crowd' and finished_at is null
       and (status = 'queued' or exists (select from steps s where s.run_id = r.id and s.status = 'ready'))`,
  );
  return rows[0]?.waiting ?? 0;
}

/** Milliseconds, up to now for a run of which no step has started. */
async function readWaits(db: Pool, ids: readonly string[]): Promise<number[]> {
  const { rows } = await db.query<{ wait: number }>(
    `select extract(epoch from
       coalesce((select min(started_at) from steps where run_id = r.id), now()) - r.created_at
     )::float8 * 1000 as wait
     from runs r where id = any($1::uuid[])`,
    [ids],
  );
  return rows.map((row) => row.wait);
}
