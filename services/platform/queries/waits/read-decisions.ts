import type { Queryable } from '../../postgres/queryable.ts';

/** A person's decision. */
export interface Decision {
  step: string;
  /** -1 = the step itself. */
  iteration: number;
  decision: 'approved' | 'rejected';
  by: string;
  at: Date;
}

/** The most decisions of a run in one answer. */
const MOST = 200;

/** Decisions of a run in order of time. */
export async function readDecisions(db: Queryable, runId: string): Promise<Decision[]> {
  const { rows } = await db.query({
    name: 'read-decisions',
    text: `
      select step, iteration, status as decision, decided_by as by, decided_at as at from approvals
      where run_id = $1 and status in ('approved', 'rejected')
      order by decided_at, step, iteration limit ${MOST}`,
    values: [runId],
  });
  return rows;
}
