import { StackError } from '@aio/stack/stack-error';
import type { Pool } from 'pg';
import type { Figure, FigureGroup } from '../../figures/lib/figure.ts';
import type { Bench } from '../../figures/lib/run-figures.ts';
import { startAudit } from '../audit.ts';
import { openDatabase } from '../database.ts';
import type { Definition } from '../definition.ts';
import { listInstances } from '../instances.ts';
import type { AcceptedRun } from '../kill-drill/load.ts';
import { listFlaws } from '../kill-drill/report.ts';
import { judge } from '../kill-drill/verdict.ts';
import type { ExpectedRun } from '../mixed-workflow.ts';
import { startSystem, type System } from '../system.ts';
import { factorFor, toWorkflow } from '../wfformat-workflow.ts';
import { startKillLoop } from './kill-loop.ts';

const LONGEST_STEP_MS = 500;
/** Of one round; takeovers alone are a fraction of it. */
const ROUND_WITHIN_MS = 180_000;

interface Rule {
  default: number;
  least: number;
}
type Rules = { seed: Rule; rounds: Rule; workers: Rule; every: Rule };

/** Recorded workflows on workers that do not live long; leases as they are shipped. */
export async function drillInstances(
  { servers, dataDir, searchPath, options, say }: Bench<Rules>,
  folder: string | undefined,
): Promise<FigureGroup[]> {
  const definitions = readDefinitions(folder);
  const db = openDatabase(servers.databaseUrl);
  await startAudit(db);
  const env = { PATH: searchPath };
  const system = await startSystem({ ...servers, workers: options.workers, dataDir, env });
  const killing = { seed: options.seed, everyMs: options.every };
  try {
    for (const definition of definitions) await system.api.createWorkflow(definition);
    const loop = startKillLoop(system.workers, killing);
    const accepted: AcceptedRun[] = [];
    const seconds: number[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      const startedAt = performance.now();
      accepted.push(...(await runAll(system, definitions, say)));
      seconds.push((performance.now() - startedAt) / 1000);
      say(`round ${round}: ${seconds.at(-1)?.toFixed(1)} s, ${loop.kills.length} kills so far`);
    }
    await loop.stop();
    const calls = await system.simulator.calls();
    const seen = { accepted, serverErrors: [], kills: loop.kills, calls };
    const verdict = await judge(db, { ...seen, deaths: system.deaths.lines });
    const zero = (name: string, value: number): Figure => ({
      name,
      value,
      unit: '',
      limit: { most: 0 },
    });
    return [
      {
        title: `${definitions.length} recorded workflows at once, ${options.rounds} times, ${options.workers} workers, one killed every ${options.every} ms, seed ${options.seed}`,
        figures: [
          {
            name: 'runs that succeeded',
            value: await countSucceeded(db),
            unit: '',
            limit: { least: accepted.length },
          },
          zero('LOST: runs not there or not finished', verdict.lost.length),
          zero('DUP: rows and writes beyond one of each step', verdict.dup),
          zero('steps out of order, or not succeeded', verdict.wrong.length),
          zero('calls without a recorded attempt', verdict.uncoveredCalls.length),
          zero('processes that ended by themselves', verdict.deaths.length),
          // Whoever takes a run up may be the next one killed, so that waits add up: shown, not held.
          {
            name: 'STUCK: longest wait of a ready step',
            value: verdict.readyStepMs / 1000,
            unit: 's',
          },
          {
            name: 'STUCK: longest until a dead worker’s step was taken up',
            value: verdict.takeoverMs / 1000,
            unit: 's',
          },
          { name: 'kills', value: loop.kills.length, unit: '', limit: { least: 1 } },
          { name: 'attempts lost with their worker', value: verdict.attemptsLost, unit: '' },
          { name: 'FX: most calls with one key', value: verdict.mostCalls, unit: '' },
          { name: 'steps', value: verdict.steps, unit: '' },
          { name: 'longest round', value: Math.max(...seconds), unit: 's' },
        ],
        notes: listFlaws(verdict),
      },
    ];
  } finally {
    await Promise.all([system.end(), db.end()]);
  }
}

function readDefinitions(folder: string | undefined): Definition[] {
  const instances = listInstances(folder);
  if ('missing' in instances) throw new StackError(instances.missing);
  return instances.files.map((file) => {
    const instance = file.read();
    return toWorkflow(instance, factorFor(instance, LONGEST_STEP_MS));
  });
}

/** Each once; those that do not end in time are for the verdict to name. */
async function runAll(
  { api, simulator }: System,
  definitions: readonly Definition[],
  say: (line: string) => void,
): Promise<AcceptedRun[]> {
  const accepted = await Promise.all(
    definitions.map(async (definition) => {
      const { id } = await api.submitRun(definition.name, { simulator: simulator.url });
      return { id, expected: expectSuccess(definition) };
    }),
  );
  await api
    .waitUntilIdle({ timeoutMs: ROUND_WITHIN_MS, pollMs: 200 })
    .catch((error: Error) => say(error.message));
  return accepted;
}

function expectSuccess({ steps }: Definition): ExpectedRun {
  const ends = Object.keys(steps).map((step) => [step, 'succeeded'] as const);
  return { status: 'succeeded', steps: new Map(ends), items: new Map() };
}

async function countSucceeded(db: Pool): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from runs where status = 'succeeded'`,
  );
  return rows[0]?.count ?? 0;
}
