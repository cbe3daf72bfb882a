import { earliestIdOf } from '@aio/platform/queries/id-times';
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Definition } from '@aio/tools/system/definition';

export interface StoredStep {
  step: string;
  status?: string;
  attempt?: number;
  iteration?: number;
  /** Seconds after the run was accepted. */
  readyAt?: number | null;
  startedAt?: number | null;
  finishedAt?: number | null;
}

/** Writes a run's rows, so that a test can make a run that AIO never would. */
export async function storeRun(
  db: Pool,
  run: { steps: Definition['steps']; stored: StoredStep[]; status?: string; workerId?: string },
): Promise<string> {
  const { status = 'succeeded', steps } = run;
  const [workflow, version] = [randomUUID(), randomUUID()];
  const id = `${earliestIdOf(new Date()).slice(0, 24)}${randomUUID().slice(24)}`;
  const finished = ['succeeded', 'failed', 'cancelled'].includes(status);
  await db.query(
    `insert into workflows (id, name, owner, latest_version) values ($1, $2, 'o', 1)`,
    [workflow, `w-${workflow}`],
  );
  await db.query(
    `insert into workflow_versions (id, workflow_id, version, definition, source, media_type, checksum, created_by)
     values ($1, $2, 1, $3, '', 'application/json', '', 'o')`,
    [version, workflow, JSON.stringify({ name: 'w', steps })],
  );
  await db.query(
    `insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, status, input,
                       steps_total, worker_id, created_at, finished_at)
     values ($1, $2, $3, 'w', 'o', $4, '{}', $5, $6, '2026-01-01Z', case when $7 then now() end)`,
    [id, workflow, version, status, Object.keys(steps).length, run.workerId ?? null, finished],
  );
  for (const step of run.stored) await storeStep(db, id, step);
  return id;
}

async function storeStep(db: Pool, runId: string, step: StoredStep): Promise<void> {
  const { status = 'succeeded', attempt = 1, iteration = -1 } = step;
  const { readyAt = 0, startedAt = 0, finishedAt = 1 } = step;
  await db.query(
    `insert into steps (run_id, step, iteration, kind, status, attempt, ready_at, started_at, finished_at)
     select $1, $2, $3, 'http', $4, $5, created_at + $6 * interval '1 s', created_at + $7 * interval '1 s',
       created_at + $8 * interval '1 s' from runs where id = $1`,
    [runId, step.step, iteration, status, attempt, readyAt, startedAt, finishedAt],
  );
}
