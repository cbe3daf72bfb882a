import type { Pool } from '@aio/platform/postgres/pool';
import { v7 as uuidv7 } from 'uuid';

/** Writes rows as a worker does, so that tests need no worker. */
export interface FakeEngine {
  /** Starts the run: event 2. */
  start(runId: string): Promise<void>;
  /** Writes a row of a step. Each `*_seq` column takes an event number. */
  writeStep(runId: string, step: string, columns: Record<string, unknown>): Promise<void>;
  finish(runId: string, status: 'succeeded' | 'failed'): Promise<void>;
  /** Asks for an approval of step `ask`, and returns its id. Default: of the owner of the run. */
  ask(runId: string, approval?: { owner?: string; approver?: object | null }): Promise<string>;
}

const SEQS = new Set(['started_seq', 'waiting_seq', 'finished_seq']);

export function createFakeEngine(pool: Pool): FakeEngine {
  async function run(text: string, values: unknown[]): Promise<void> {
    await pool.query({ name: 'fake-engine', text, values, prepare: false });
  }

  return {
    start: (runId) =>
      run(
        `update runs set status = 'running', started_at = now(), event_seq = 2, started_seq = 2
         where id = $1`,
        [runId],
      ),
    async writeStep(runId, step, columns) {
      const row = { kind: 'transform', iteration: -1, ...columns };
      const names = Object.keys(row);
      const values = Object.values(row);
      const seqs = Object.entries(row).filter(([name]) => SEQS.has(name));
      await run(
        `with moved as (
           update runs set event_seq = greatest(event_seq, $3) where id = $1
         )
         insert into steps (run_id, step, ${names.join(', ')})
         values ($1, $2, ${names.map((_, index) => `$${index + 4}`).join(', ')})
         on conflict (run_id, step, iteration) do update set
           ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
        [runId, step, Math.max(0, ...seqs.map(([, seq]) => Number(seq))), ...values],
      );
    },
    finish: (runId, status) =>
      run(
        `update runs set status = $2, finished_at = now(), event_seq = event_seq + 1,
           finished_seq = event_seq + 1,
           error = case when $2 = 'failed' then '{"code":"step_failed","message":"first failed"}'::json end
         where id = $1`,
        [runId, status],
      ),
    async ask(runId, { owner, approver } = {}) {
      const id = uuidv7();
      await run(
        `insert into approvals (id, run_id, step, iteration, owner, message, approver)
         select $1, id, 'ask', (select count(*) - 1 from approvals where run_id = $2),
           coalesce($3::text, owner), 'Go on?', $4 from runs where id = $2`,
        [id, runId, owner ?? null, approver ? JSON.stringify(approver) : null],
      );
      return id;
    },
  };
}
