import type { Pool } from 'pg';
import type { ApiClient } from '../../lib/client.ts';
import { toNoOpWorkflow } from '../../lib/shapes.ts';
import type { Contender } from './contest.ts';

const POLL_MS = 20;

/** The shipped processes through the API: runs are submitted one request each, `clients` at a time. */
export function createAioContender(
  deps: { api: ApiClient; db: Pool },
  options: { clients: number },
): Contender {
  const { api, db } = deps;

  async function submitAll(workflow: string, runs: number): Promise<void> {
    let left = runs;
    const submit = async () => {
      while (left-- > 0) await api.submitRun(workflow);
    };
    await Promise.all(Array.from({ length: options.clients }, submit));
  }

  return {
    name: 'AIO',
    async work({ name, shape }, runs) {
      const before = await countDone(db, name);
      await api.createWorkflow(toNoOpWorkflow(name, shape));
      const startedAt = performance.now();
      await submitAll(name, runs);
      await api.waitUntilIdle({ workflow: name, pollMs: POLL_MS });
      const ms = performance.now() - startedAt;
      const steps = (await countDone(db, name)) - before;
      if (steps !== runs * shape.length)
        throw new Error(`${name}: ${steps} steps succeeded, not ${runs * shape.length}`);
      return ms;
    },
  };
}

/** A rate of what did not happen would be a lie. */
async function countDone(db: Pool, workflow: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from runs join steps on steps.run_id = runs.id
     where runs.workflow_name = $1 and runs.status = 'succeeded' and steps.status = 'succeeded'`,
    [workflow],
  );
  return rows[0]?.count ?? 0;
}
