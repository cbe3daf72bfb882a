import { parseDefinition } from '@aio/core/definition/parse';
import { validateDefinition } from '@aio/core/definition/validate';
import type { Pool } from '@aio/platform/postgres/pool';
import { v7 as uuidv7 } from 'uuid';

export interface StepRow {
  step: string;
  iteration: number;
  kind: string;
  status: string;
  resolution: string | null;
  attempt: number;
  crashes: number;
  output: unknown;
  worker_id: string | null;
  error: { code: string; message: string } | null;
  started_at: Date | null;
  started_seq: string | null;
  finished_at: Date | null;
}

export interface RunRow {
  id: string;
  status: string;
  output: unknown;
  error: { code: string; message: string } | null;
  epoch: number;
  changes: number;
  event_seq: number;
  steps_total: number;
  steps_done: number;
  fruitless_takeovers: number;
  wanted_at: Date | null;
  finished_at: Date | null;
  worker_id: string | null;
}

type Rows = Awaited<ReturnType<Pool['query']>>['rows'];

/** Rows of runs and steps, without a queue or an engine. */
export interface EngineRows {
  /** Stores a definition of these steps, with its other fields after them, and a run of it. @returns the run's id */
  submit(steps: string, input?: unknown): Promise<string>;
  readRun(id: string): Promise<RunRow>;
  readSteps(id: string): Promise<StepRow[]>;
  /** Statuses by step, or by step and item: `each/3`. */
  readStatuses(id: string): Promise<Record<string, string>>;
  /** All rows of a query. */
  select(text: string, ...values: unknown[]): Promise<Rows>;
}

export function createEngineRows(db: Pool): EngineRows {
  const select: EngineRows['select'] = async (text, ...values) =>
    (await db.query({ name: 'test', text, values, prepare: false })).rows;
  return {
    async submit(steps, input = {}) {
      const source = `name: test\nsteps:${steps}`;
      const definition = parseDefinition(source, 'application/yaml') as { steps: object };
      const faults = validateDefinition(definition);
      if (faults.length > 0) throw new Error(JSON.stringify(faults, null, 2));
      const [workflowId, versionId, runId] = [uuidv7(), uuidv7(), uuidv7()];
      await db.query({
        name: 'test-submit',
        text: `
          with w as (
            insert into workflows (id, name, owner, latest_version) values ($1, $8, 'local', 1)
          ), v as (
            insert into workflow_versions (id, workflow_id, version, definition, source, media_type, checksum, created_by)
            values ($2, $1, 1, $4, $5, 'application/yaml', 'x', 'local')
          )
          insert into runs (id, workflow_id, workflow_version_id, workflow_name, owner, input, steps_total)
          values ($3, $1, $2, $8, 'local', $6, $7)`,
        values: [
          workflowId,
          versionId,
          runId,
          JSON.stringify(definition),
          source,
          JSON.stringify(input),
          Object.keys(definition.steps).length,
          `w-${workflowId}`,
        ],
        prepare: false,
      });
      return runId;
    },

    readRun: async (id) => (await select('select * from runs where id = $1', id))[0],
    readSteps: (id) => select('select * from steps where run_id = $1 order by step, iteration', id),
    async readStatuses(id) {
      const rows = await select('select step, iteration, status from steps where run_id = $1', id);
      const nameOf = ({ step, iteration }: StepRow) =>
        iteration === -1 ? step : `${step}/${iteration}`;
      return Object.fromEntries(rows.map((row) => [nameOf(row), row.status]));
    },
    select,
  };
}
