import type { ClientBase, Pool } from 'pg';
import type { ApiClient } from '../../lib/client.ts';
import type { Definition } from '../../lib/definition.ts';
import { toNoOpWorkflow } from '../../lib/shapes.ts';
import { makePayload } from '../payload.ts';
import type { BatchClient } from './batch-client.ts';
import { type Contender, type NamedShape, type Submission, submitAll } from './contender.ts';
import { createLookForEnd } from './look-for-end.ts';
import { isBrief, waitForEnd } from './wait-for-end.ts';

export interface AioOptions {
  name: string;
  submission: Submission;
  /** What each step does; by default nothing, and its output is a text of 1 kB. */
  work?: { type: 'transform' | 'http'; with: Record<string, unknown> };
  /** Of every run. */
  input?: unknown;
}

export interface AioDeps {
  api: ApiClient;
  client: BatchClient;
  db: Pool;
  workerPids(): number[];
}

const lookForEnd = createLookForEnd('select from runs where id = $1 and finished_at is not null');

/** The shipped processes through the API. */
export function createAio(deps: AioDeps, options: AioOptions): Contender {
  const { api, client, db, workerPids } = deps;
  const { name, submission, input } = options;
  const work = options.work ?? { type: 'transform', with: { value: makePayload() } };
  const posted = new Set<string>();

  async function postOnce({ name: workflow, shape }: NamedShape): Promise<void> {
    if (posted.has(workflow)) return;
    posted.add(workflow);
    const { steps } = toNoOpWorkflow(workflow, shape);
    for (const step of Object.values(steps)) Object.assign(step, work);
    await api.createWorkflow({ name: workflow, steps } as Definition);
  }

  async function submit(workflow: string, count: number): Promise<string[]> {
    return submission.runsPerRequest === 1
      ? [await client.submitOne(workflow, input)]
      : client.submitMany(workflow, count, input);
  }

  return {
    name,
    workerPids,
    async work(shape, runs) {
      await postOnce(shape);
      const connection = await db.connect();
      try {
        const ids: string[] = [];
        const startedAt = performance.now();
        await submitAll(runs, submission, async (count) => {
          ids.push(...(await submit(shape.name, count)));
        });
        const [first = ''] = ids;
        if (isBrief(shape.shape, runs)) {
          await waitForEnd(() => lookForEnd(connection, first), { closely: true });
        } else await waitForEnd(createLookout(connection, ids), { closely: false });
        const ms = performance.now() - startedAt;
        await requireDone(connection, ids, runs * shape.shape.length);
        return ms;
      } finally {
        connection.release();
      }
    },
  };
}

/** Runs looked at together. */
const WINDOW = 50;

/**
 * Whether all runs have ended. They are looked up by their ids, and those that had ended not again:
 * looking costs the server as little after ten thousand runs as at the first.
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

/** A rate of what did not happen would be a lie. */
async function requireDone(db: ClientBase, ids: readonly string[], steps: number): Promise<void> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from steps
     where run_id = any($1) and status = 'succeeded' and length(output::text) >= 1000`,
    [ids],
  );
  const done = rows[0]?.count ?? 0;
  if (done !== steps) throw new Error(`${done} steps succeeded with an output, not ${steps}`);
}
