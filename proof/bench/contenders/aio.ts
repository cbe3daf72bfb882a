import type { ClientBase } from 'pg';
import type { StepWork } from '@aio/tools/system/definition';
import { toWorkflow } from '@aio/loadtest/workflows/shapes';
import type { BenchSystem } from '../system.ts';
import { type Contender, makePayload, waitForEnd } from './contender.ts';

/**
 * The shipped processes, used over the API.
 * @param work what each step does; by default a transform with an output of 1 kB
 */
export function createAio(
  { api, db, workerPids }: BenchSystem,
  {
    name = 'AIO',
    work = { type: 'transform', with: { value: makePayload() } },
  }: { name?: string; work?: StepWork } = {},
): Contender {
  const posted = new Set<string>();

  return {
    name,
    workerPids,
    async work({ name: workflow, shape }, runs) {
      if (!posted.has(workflow)) await api.createWorkflow(toWorkflow(workflow, shape, work));
      posted.add(workflow);
      const connection = await db.connect();
      try {
        const startedAt = performance.now();
        const ids = await api.submitRuns(workflow, runs);
        await waitForEnd(runs, createLookout(connection, ids));
        const ms = performance.now() - startedAt;
        await requireDone(connection, ids, runs * shape.length);
        return ms;
      } finally {
        connection.release();
      }
    },
  };
}

/** The same with HTTP steps that the simulator answers after `ms` with 1 kB. */
export async function createHttpAio(
  system: BenchSystem,
  ms: number,
  name?: string,
): Promise<Contender> {
  // By default the simulator adds 5 ms to every call.
  await system.simulator.turn({ latencyMs: 0 });
  const url = `${system.simulator.url}/work?ms=${ms}&bytes=1000`;
  return createAio(system, { work: { type: 'http', with: { url } }, ...(name && { name }) });
}

/** Runs per query. */
const WINDOW = 50;

/**
 * Returns a function that says whether all runs have ended. It never asks again about ended runs, so that polling
 * costs the server the same after 10,000 runs as at the start.
 */
function createLookout(db: ClientBase, ids: readonly string[]): () => Promise<boolean> {
  const left = [...ids];
  return async () => {
    while (left.length > 0) {
      const { rows } = await db.query<{ id: string }>({
        name: 'open-among',
        text: 'select id from runs where id = any($1) and finished_at is null',
        values: [left.slice(0, WINDOW)],
      });
      left.splice(0, WINDOW, ...rows.map((row) => row.id));
      if (rows.length > 0) return false;
    }
    return true;
  };
}

/** @throws Error unless every step succeeded with an output of 1 kB */
async function requireDone(db: ClientBase, ids: readonly string[], steps: number): Promise<void> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from steps
     where run_id = any($1) and status = 'succeeded' and length(output::text) >= 1000`,
    [ids],
  );
  const done = rows[0]?.count ?? 0;
  if (done !== steps) throw new Error(`${done} steps succeeded with an output, not ${steps}`);
}
