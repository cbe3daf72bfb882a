import type { Pool } from 'pg';
import type { ExpectedRun } from './mixed-workflow.ts';
import type { StepFault } from './step-order.ts';

/** Differences between a finished run of a mixed workflow and its prediction. */
export async function findWrongEnds(
  db: Pool,
  runId: string,
  expected: ExpectedRun,
): Promise<StepFault[]> {
  const { rows: runs } = await db.query<{ status: string; error: { code: string } | null }>(
    'select status, error from runs where id = $1',
    [runId],
  );
  const { rows: steps } = await db.query<{ step: string; status: string; items: number }>(
    `select step, status, (select count(*)::int from steps as item
                           where item.run_id = steps.run_id and item.step = steps.step
                             and item.iteration >= 0 and item.status = 'succeeded') as items
     from steps where run_id = $1 and iteration = -1`,
    [runId],
  );
  const faults: StepFault[] = [];
  const expect = (step: string, what: string, found: unknown, wanted: unknown) => {
    if (found !== wanted) faults.push({ runId, step, fault: `${what} ${found}, not ${wanted}` });
  };
  expect('', 'the run is', runs[0]?.status, expected.status);
  if (expected.steps === null) return faults;
  expect('', 'number of steps:', steps.length, expected.steps.size);
  for (const { step, status, items } of steps) {
    expect(step, 'is', status, expected.steps.get(step));
    expect(step, 'succeeded items:', items, expected.items.get(step) ?? 0);
  }
  return faults;
}
