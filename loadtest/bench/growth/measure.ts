import { createPool } from '@aio/platform/pool';
import type { Queryable } from '@aio/platform/queryable';
import { randomUUID } from 'node:crypto';
import { median } from '../../lib/median.ts';
import { changesOf, explainAll, type Explained } from './explain.ts';
import { OPERATIONS, type Subjects } from './operations.ts';

/** What an operation costs in one database: sums over its statements, medians of the rounds. */
export interface Cost {
  buffers: number;
  /** Of these, pages above the leaves of a B-tree. */
  inner: number;
  ms: number;
  /** Accesses by name of the statement. */
  plans: Map<string, Set<string>>;
}

/** @param rounds at most a tenth of the queued runs, because each round claims ten */
export async function measureOperations(
  databaseUrl: string,
  rounds: number,
): Promise<Map<string, Cost>> {
  const poolOf = (applicationName: string, planOnce: boolean) =>
    createPool({ databaseUrl, applicationName, planOnce, max: 1, ...PATIENT });
  const pools = [poolOf('aio-api', false), poolOf('aio-worker', true)] as const;
  const connections = await Promise.all(pools.map((pool) => pool.connect()));
  try {
    let explained: Explained[] = [];
    const onExplained = (one: Explained) => void explained.push(one);
    const subjects = await findSubjects(connections[0]!);
    // One after the other: both create the extension that reads the levels.
    const api = await explainAll(connections[0]!, onExplained);
    const worker = await explainAll(connections[1]!, onExplained);
    const costs = new Map<string, Cost>();
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      const seen: Explained[][] = [];
      for (let nth = 0; nth < rounds; nth++) {
        explained = [];
        await operation({ api, worker }, subjects, nth);
        seen.push(explained);
      }
      const sumOf = (of: (one: Explained) => number) =>
        median(seen.map((round) => round.reduce((sum, one) => sum + of(one), 0)));
      costs.set(name, {
        buffers: sumOf(({ buffers }) => buffers),
        inner: sumOf(({ inner }) => inner),
        ms: sumOf(({ ms }) => ms),
        plans: new Map(seen.at(-1)!.map((one) => [one.name, one.accesses])),
      });
    }
    return costs;
  } finally {
    for (const connection of connections) connection.release();
    await Promise.all(pools.map((pool) => pool.close()));
  }
}

const PATIENT = { statementTimeoutMs: 600_000, queryTimeoutMs: 600_000 };

async function findSubjects(db: Queryable): Promise<Subjects> {
  const { rows } = await db.query({
    name: 'find-subjects',
    text: `
      select array(select id::text from runs where status = 'queued' order by id) as queued,
        (select id from runs where status = 'succeeded' order by id desc limit 1) as "newRun",
        (select id from runs where status = 'succeeded' order by id limit 1) as "oldRun"`,
  });
  return { ...rows[0], workerId: randomUUID() };
}

export interface Comparison {
  operation: string;
  small: Cost;
  large: Cost;
  /** Large to small, all pages. */
  ratio: number;
  /** Large to small, pages of leaves and rows only, because a larger B-tree has more levels. */
  ratioOfRows: number;
  /** Statements with accesses that only the large database has. */
  changedPlans: string[];
}

export function compare(
  small: ReadonlyMap<string, Cost>,
  large: ReadonlyMap<string, Cost>,
): Comparison[] {
  return [...small].map(([operation, before]) => {
    const after = large.get(operation)!;
    return {
      operation,
      small: before,
      large: after,
      ratio: after.buffers / before.buffers,
      ratioOfRows: (after.buffers - after.inner) / (before.buffers - before.inner),
      changedPlans: [...after.plans].flatMap(([name, accesses]) => {
        const others = changesOf(before.plans.get(name) ?? new Set(), accesses);
        return others.length === 0 ? [] : [`${name}: ${others.join(', ')}`];
      }),
    };
  });
}
