import { JsonText } from '@aio/core/json/json-text';
import type { Queryable } from '../../postgres/queryable.ts';
import { stepOutputs } from './run-values.ts';

/** A value of two runs. */
export interface ComparedValue {
  /** Whether both are the same JSON value; null = unknown, only for outputs of steps. */
  areEqual: boolean | null;
  a: ShownValue;
  b: ShownValue;
}

/** Its text, `null` if there is no value; undefined = not shown. */
export type ShownValue = JsonText | undefined;

export interface ComparedValues {
  input: ComparedValue;
  output: ComparedValue;
  /** By step. */
  outputs: ReadonlyMap<string, ComparedValue>;
}

/** Longer values are compared, but not shown. */
export const SHOWN_BYTES = 64 * 1024;
/** Of all values of one comparison. Values that differ come first. */
export const ALL_SHOWN_BYTES = 1024 * 1024;
/** Parsing costs PostgreSQL some 10 ms per MB. Beyond this, values with different texts are `null`. */
const PARSED_BYTES = 8 * 1024 * 1024;

/**
 * Compares inputs and outputs in the database, and reads only those to show. Texts that differ may be equal JSON, with
 * keys in another order, so PostgreSQL parses them. It cannot parse NUL characters: such outputs are equal only as text.
 * The output store's are compared by their hashes.
 */
export async function compareValues(db: Queryable, a: string, b: string): Promise<ComparedValues> {
  const { rows } = await db.query({
    name: 'compare-values',
    text: `
      with of_a as materialized (${valuesOf('$1')}), of_b as materialized (${valuesOf('$2')}),
      pairs as (
        select coalesce(x.name, y.name) as name,
          coalesce(x.output, 'null') as a, coalesce(x.is_elsewhere, false) as a_elsewhere,
          coalesce(y.output, 'null') as b, coalesce(y.is_elsewhere, false) as b_elsewhere,
          x.ref ->> 'sha256' = y.ref ->> 'sha256' as is_same_object
        from of_a x full join of_b y on y.name = x.name
      ),
      measured as materialized (
        select pairs.*, a_text = b_text as is_same, octet_length(a_text) as a_bytes, octet_length(b_text) as b_bytes
        -- Reads each value once, not once per use.
        from pairs, lateral (select a::text as a_text, b::text as b_text offset 0) as read
      ),
      compared as (
        select *, case
            when is_same_object is not null then is_same_object
            when a_elsewhere or b_elsewhere then null
            when is_same then true
            when sum(a_bytes + b_bytes) filter (where not is_same) over (order by name) > ${PARSED_BYTES} then null
            else ${areEqual('a', 'b')}
          end as are_equal
        from measured
      ),
      summed as (
        select *, not a_elsewhere and a_bytes <= ${SHOWN_BYTES} as a_fits, not b_elsewhere and b_bytes <= ${SHOWN_BYTES} as b_fits,
          sum(
            case when a_bytes <= ${SHOWN_BYTES} then a_bytes else 0 end
            + case when b_bytes <= ${SHOWN_BYTES} then b_bytes else 0 end
          ) over (order by are_equal, name) <= ${ALL_SHOWN_BYTES} as fits
        from compared
      )
      select name, are_equal as "areEqual",
        case when fits and a_fits then a::text end as a, case when fits and b_fits then b::text end as b
      from summed`,
    values: [a, b],
  });
  const values = new Map((rows as Row[]).map((row) => [row.name, toValue(row)]));
  const outputs = new Map(
    [...values].flatMap(([name, value]) =>
      name.startsWith(STEP) ? [[name.slice(STEP.length), value] as const] : [],
    ),
  );
  return { input: values.get('input')!, output: values.get('output')!, outputs };
}

/** Whether two versions have the same definition, whatever the order of its keys. */
export async function areDefinitionsEqual(db: Queryable, a: string, b: string): Promise<boolean> {
  if (a === b) return true;
  const { rows } = await db.query({
    name: 'compare-definitions',
    text: `
      select ${areEqual('one.definition', 'other.definition')} as are_equal
      from workflow_versions one, workflow_versions other where one.id = $1 and other.id = $2`,
    values: [a, b],
  });
  return rows[0].are_equal;
}

/** SQL: whether two JSON texts are the same value, or the same text if PostgreSQL cannot parse them. */
function areEqual(a: string, b: string): string {
  return `
    case when pg_input_is_valid(${a}::text, 'jsonb') and pg_input_is_valid(${b}::text, 'jsonb')
      then ${a}::jsonb = ${b}::jsonb else ${a}::text = ${b}::text end`;
}

interface Row {
  name: string;
  areEqual: boolean | null;
  a: string | null;
  b: string | null;
}

const STEP = 'step ';

/** SQL: all values of a run, by name. Those of the run itself sort before those of its steps. */
function valuesOf(runId: string): string {
  return `
    select '${STEP}' || step as name, ref, is_elsewhere, output from (${stepOutputs(runId)}) as of_steps
    union all select 'input', null, false, input from runs where id = ${runId}
    union all select 'output', null, false, output from runs where id = ${runId}`;
}

function toValue({ areEqual, a, b }: Row): ComparedValue {
  return { areEqual, a: shown(a), b: shown(b) };
}

function shown(text: string | null): ShownValue {
  return text === null ? undefined : new JsonText(text);
}
