import { getRun, readDetail, type RunDetail } from '../queries/runs/get-run.ts';
import { readRunValues } from '../queries/runs/run-values.ts';
import type { Queryable } from '../postgres/queryable.ts';

/** A run of any owner, with its steps. Throws if there is none. */
export async function readRun(db: Queryable, runId: string): Promise<RunDetail> {
  const run = await getRun(db, runId, { owner: null });
  if (run === null) throw new Error(`There is no run ${runId}.`);
  return readDetail(db, run);
}

/** Parsed outputs of the run's steps; a step without one is absent. */
export async function readOutputs(db: Queryable, runId: string): Promise<Map<string, unknown>> {
  const { outputs } = await readRunValues(db, runId, { outputs: true });
  return new Map([...outputs].map(([step, output]) => [step, output && JSON.parse(output.text)]));
}
