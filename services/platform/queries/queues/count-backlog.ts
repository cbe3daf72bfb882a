import type { Queryable } from '../../postgres/queryable.ts';

/** Queued runs, by workflow. */
export async function countQueuedRuns(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query({
    name: 'count-queued-runs',
    text: `
      select workflow_id, count(*)::int as runs from runs
      where status = 'queued' and wanted_at is not null group by workflow_id`,
  });
  return new Map(rows.map((row) => [row.workflow_id, row.runs]));
}

/** Ready steps of a lane, by workflow. */
export async function countReadySteps(db: Queryable, lane: string): Promise<Map<string, number>> {
  const { rows } = await db.query({
    name: 'count-ready-steps',
    text: `
      select r.workflow_id, count(*)::int as steps from steps s join runs r on r.id = s.run_id
      where s.status = 'ready' and s.lane = $1 group by r.workflow_id`,
    values: [lane],
  });
  return new Map(rows.map((row) => [row.workflow_id, row.steps]));
}
