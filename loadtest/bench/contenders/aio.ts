import type { Pool } from 'pg';
import type { Definition } from '../../lib/definition.ts';
import { toNoOpWorkflow } from '../../lib/shapes.ts';
import type { System } from '../../lib/system.ts';
import { makePayload } from '../payload.ts';
import type { BatchClient } from './batch-client.ts';
import { type Contender, type NamedShape, type Submission, submitAll } from './contender.ts';
import { waitForEnd } from './wait-for-end.ts';

/** The shipped processes through the API; each step's output is a text of 1 kB. */
export function createAio(
  deps: { system: Pick<System, 'api'>; client: BatchClient; db: Pool; workerPids: () => number[] },
  options: { name: string; submission: Submission },
): Contender {
  const { system, client, db } = deps;
  const { name, submission } = options;
  const posted = new Set<string>();

  async function postOnce({ name: workflow, shape }: NamedShape): Promise<void> {
    if (posted.has(workflow)) return;
    posted.add(workflow);
    await system.api.createWorkflow(toWorkflow(workflow, shape));
  }

  return {
    name,
    async work(shape, runs) {
      await postOnce(shape);
      const ids: string[] = [];
      const startedAt = performance.now();
      await submitAll(runs, submission, async (count) => {
        ids.push(...(await client.submit(shape.name, count)));
      });
      await waitForEnd(() => haveEnded(db, shape.name, ids), { closely: runs === 1 });
      const ms = performance.now() - startedAt;
      await requireDone(db, ids, runs * shape.shape.length);
      return ms;
    },
    workerPids: deps.workerPids,
  };
}

/** @returns a workflow whose every step comes to a text of 1 kB */
export function toWorkflow(name: string, shape: NamedShape['shape']): Definition {
  const { steps } = toNoOpWorkflow(name, shape);
  const value = makePayload();
  return {
    name,
    steps: Object.fromEntries(
      Object.entries(steps).map(([id, step]) => [id, { ...step, with: { value } }]),
    ) as Definition['steps'],
  };
}

async function haveEnded(db: Pool, workflow: string, ids: readonly string[]): Promise<boolean> {
  const [id, ...others] = ids;
  const { rows } =
    others.length === 0
      ? await db.query({
          name: 'one-open',
          text: 'select 1 from runs where id = $1 and finished_at is null',
          values: [id],
        })
      : await db.query({
          name: 'some-open',
          text: `select 1 from runs where workflow_name = $1 and finished_at is null limit 1`,
          values: [workflow],
        });
  return rows.length === 0;
}

/** A rate of what did not happen would be a lie. */
async function requireDone(db: Pool, ids: readonly string[], steps: number): Promise<void> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from steps
     where run_id = any($1) and status = 'succeeded' and length(output::text) >= 1000`,
    [ids],
  );
  const done = rows[0]?.count ?? 0;
  if (done !== steps) throw new Error(`${done} steps succeeded, not ${steps}`);
}
