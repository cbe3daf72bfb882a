/** Checks from the rows whether steps ran in the order of their DAG, and ended as predicted. */

import type { Pool } from 'pg';
import type { ExpectedRun } from '../bed/mixed-workflow.ts';

export interface StepFault {
  runId: string;
  step: string;
  fault: string;
}

interface StoredRun {
  id: string;
  /** Parents by step id, from the run's workflow version. */
  needs: Map<string, readonly string[]>;
  rows: StoredStep[];
}

interface StoredStep {
  step: string;
  status: string;
  attempt: number;
  /** Start of the first attempt, in seconds to the microsecond; null = it never started. */
  startedAt: number | null;
  finishedAt: number | null;
}

/** Steps whose first attempt started before a parent ended. */
export async function findEarlyStarts(db: Pool, runIds: readonly string[]): Promise<StepFault[]> {
  const faults: StepFault[] = [];
  for await (const { id, needs, rows } of readRuns(db, runIds)) {
    const ends = new Map(rows.map((row) => [row.step, row.finishedAt]));
    for (const { step, startedAt } of rows) {
      if (startedAt === null) continue;
      for (const parent of needs.get(step) ?? []) {
        const end = ends.get(parent);
        if (end === undefined || end === null || end > startedAt)
          faults.push({ runId: id, step, fault: `started before ${parent} ended` });
      }
    }
  }
  return faults;
}

/** Steps that did not succeed in exactly one row and one attempt. */
export async function findStepsNotDoneOnce(
  db: Pool,
  runIds: readonly string[],
): Promise<StepFault[]> {
  const faults: StepFault[] = [];
  for await (const { id, needs, rows } of readRuns(db, runIds)) {
    const byStep = Map.groupBy(rows, (row) => row.step);
    for (const step of new Set([...needs.keys(), ...byStep.keys()])) {
      const found = byStep.get(step) ?? [];
      const fault = describeFault(found, needs.has(step));
      if (fault) faults.push({ runId: id, step, fault });
    }
  }
  return faults;
}

function describeFault(rows: readonly StoredStep[], defined: boolean): string | null {
  const [row] = rows;
  if (!defined) return 'not in the definition';
  if (!row || rows.length > 1) return `${rows.length} rows`;
  if (row.status !== 'succeeded') return row.status;
  return row.attempt === 1 ? null : `attempt ${row.attempt}`;
}

/** All runs do not fit into one answer, and single queries take minutes. */
const RUNS_AT_ONCE = 200;

type Needs = StoredRun['needs'];

async function* readRuns(db: Pool, runIds: readonly string[]): AsyncGenerator<StoredRun> {
  const needsOf = new Map<string, Needs>();
  for (let at = 0; at < runIds.length; at += RUNS_AT_ONCE) {
    const ids = runIds.slice(at, at + RUNS_AT_ONCE);
    const { rows: runs } = await db.query<{ id: string; versionId: string }>(
      `select id, workflow_version_id as "versionId" from runs where id = any($1)`,
      [ids],
    );
    const { rows } = await db.query<StoredStep & { runId: string }>(
      `select run_id as "runId", step, status, attempt,
         extract(epoch from finished_at)::float8 as "finishedAt",
         extract(epoch from least(started_at, (
           select min(started_at) from step_attempts as earlier
           where earlier.run_id = steps.run_id and earlier.step = steps.step)))::float8 as "startedAt"
       from steps where run_id = any($1) and iteration = -1`,
      [ids],
    );
    const byRun = Map.groupBy(rows, ({ runId }) => runId);
    for (const { id, versionId } of runs) {
      const needs = needsOf.get(versionId) ?? (await readNeeds(db, versionId));
      needsOf.set(versionId, needs);
      yield { id, needs, rows: byRun.get(id) ?? [] };
    }
  }
}

async function readNeeds(db: Pool, versionId: string): Promise<Needs> {
  const { rows } = await db.query<{
    definition: { steps: Record<string, { needs?: string[] }> };
  }>('select definition from workflow_versions where id = $1', [versionId]);
  const steps = Object.entries(rows[0]?.definition.steps ?? {});
  return new Map(steps.map(([step, { needs = [] }]) => [step, needs]));
}

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
