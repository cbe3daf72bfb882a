/** Inputs and outputs of runs, as the texts that the database has. Weigh them before you read them. */

import { LONG_OUTPUT_BYTES } from '@aio/core/definition/limits';
import { JsonText } from '@aio/core/json/json-text';
import type { Queryable } from '../../postgres/queryable.ts';
import { kindsThat } from '../queues/step-kinds.ts';

/** By step or index of an item; null = it has none. Absent = longer than `LONG_OUTPUT_BYTES`, or with the others too long for one answer. */
export type Outputs<Key> = ReadonlyMap<Key, JsonText | null>;

export interface RunValues {
  input: JsonText;
  output: JsonText | null;
  /** Outputs of steps. */
  outputs: Outputs<string>;
}

/** Items of a map, both bounds included. */
export interface ItemRange {
  runId: string;
  step: string;
  from: number;
  to: number;
}

const MAPS = kindsThat(({ expandsItems }) => expandsItems);

/** The most JSON of outputs in one answer; it leaves out the rest. */
const OUTPUTS_BYTES = 8 * 1024 * 1024;
/** A longer output of a map is only available by its list of items. */
const MAP_OUTPUT_BYTES = 1024 * 1024;
/** PostgreSQL knows the stored size of a value without reading it, but must decompress it to know its length. */
const DECOMPRESSED_BYTES = 256 * 1024;

/**
 * Bytes of the JSON that `readRunValues` reads: a lower bound, exact up to 256 kB. Costs little for any run.
 * @param options.outputs also of steps and items
 */
export async function weighRun(
  db: Queryable,
  runId: string,
  options: { outputs: boolean },
): Promise<number> {
  const { rows } = await db.query({
    name: 'weigh-run',
    text: `
      select octet_length(input::text) + coalesce(octet_length(output::text), 0)
        + case when $2 then ${weightOf('output', 'from steps where run_id = $1')} else 0 end as bytes
      from runs where id = $1`,
    values: [runId, options.outputs],
  });
  return Number(rows[0]?.bytes ?? 0);
}

/** Bytes of the items' outputs, as `weighRun`. */
export async function weighItems(db: Queryable, range: ItemRange): Promise<number> {
  const { rows } = await db.query({
    name: 'weigh-items',
    text: `select ${weightOf('output', `from steps where ${IN_RANGE}`)} as bytes`,
    values: valuesOf(range),
  });
  return Number(rows[0].bytes);
}

/** Bytes of the outputs of these steps and their items, as `weighRun`. */
export async function weighSteps(
  db: Queryable,
  runId: string,
  steps: readonly string[],
): Promise<number> {
  const { rows } = await db.query({
    name: 'weigh-steps',
    text: `select ${weightOf('output', 'from steps where run_id = $1 and step = any ($2::text[])')} as bytes`,
    values: [runId, steps],
  });
  return Number(rows[0].bytes);
}

/** @param options.outputs false = `outputs` is empty */
export async function readRunValues(
  db: Queryable,
  runId: string,
  options: { outputs: boolean },
): Promise<RunValues> {
  const [{ rows }, outputs] = await Promise.all([
    db.query({
      name: 'read-run-values',
      text: 'select input::text as input, output::text as output from runs where id = $1',
      values: [runId],
    }),
    options.outputs ? readStepOutputs(db, runId) : new Map<string, JsonText | null>(),
  ]);
  const { input, output } = rows[0] as { input: string; output: string | null };
  return { input: new JsonText(input), output: jsonOf(output), outputs };
}

async function readStepOutputs(db: Queryable, runId: string): Promise<Outputs<string>> {
  const { rows } = await db.query({
    name: 'read-step-outputs',
    text: `
      with whole as materialized (${stepOutputs('$1')}),
      summed as (
        select step, output, coalesce(sum(octet_length(output::text)) over (order by step), 0) as bytes
        from whole where not is_left_out and ${IS_SHOWN}
      )
      select step as key, output::text as output from summed where bytes <= ${OUTPUTS_BYTES}`,
    values: [runId],
  });
  return toOutputs(rows);
}

export async function readItemOutputs(db: Queryable, range: ItemRange): Promise<Outputs<number>> {
  const { rows } = await db.query({
    name: 'read-item-outputs',
    text: `
      with summed as (
        select iteration, output,
          coalesce(sum(octet_length(output::text)) over (order by iteration), 0) as bytes
        from steps where ${IN_RANGE} and ${IS_SHOWN}
      )
      select iteration as key, output::text as output from summed where bytes <= ${OUTPUTS_BYTES}`,
    values: valuesOf(range),
  });
  return toOutputs(rows);
}

/**
 * SQL: outputs of the run's steps (`step`, `output`). The output of a succeeded map is not stored, but assembled
 * from its items. `is_left_out` = it is a map's and too long.
 * Read it as `materialized`, or PostgreSQL assembles maps once per use.
 */
function stepOutputs(runId: string): string {
  const ITEMS = 'from steps i where i.run_id = s.run_id and i.step = s.step and i.iteration >= 0';
  return `
    select step, coalesce(not fits, false) as is_left_out,
      case when fits then (select coalesce(json_agg(i.output order by i.iteration), '[]') ${ITEMS}) else output end as output
    from (
      select run_id, step, output,
        case when kind = any (${MAPS}) and status = 'succeeded' and output is null then (
          select coalesce(sum(octet_length(i.output::text)), 0) <= ${MAP_OUTPUT_BYTES} ${ITEMS}
        ) end as fits
      from steps s where run_id = ${runId} and iteration = -1
      -- Sums up items once per map, not once per use.
      offset 0
    ) as s`;
}

const IS_SHOWN = `coalesce(octet_length(output::text), 0) <= ${LONG_OUTPUT_BYTES}`;
const IN_RANGE = 'run_id = $1 and step = $2 and iteration between $3 and $4';

function valuesOf({ runId, step, from, to }: ItemRange): unknown[] {
  return [runId, step, from, to];
}

/** SQL: bytes of a JSON column. Decompresses it only if few bytes are stored. */
export function weightOf(column: string, rows: string): string {
  return `
    (select case when stored > ${DECOMPRESSED_BYTES} then stored
        else (select coalesce(sum(octet_length(${column}::text)), 0) ${rows}) end
      from (select coalesce(sum(pg_column_size(${column})), 0) as stored ${rows}) as sizes)`;
}

function toOutputs<Key>(rows: readonly { key: Key; output: string | null }[]): Outputs<Key> {
  return new Map(rows.map(({ key, output }) => [key, jsonOf(output)]));
}

function jsonOf(text: string | null): JsonText | null {
  return text === null ? null : new JsonText(text);
}
