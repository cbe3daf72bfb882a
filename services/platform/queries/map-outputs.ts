import type { Queryable } from '../queryable.ts';
import { kindsThat } from './step-kinds.ts';

const MAPS = kindsThat(({ expandsItems }) => expandsItems);

/** A longer output of a map is only available by its list of items. */
const MAP_OUTPUT_BYTES = 1024 * 1024;

/**
 * Outputs of the run's succeeded maps, assembled from their items, because they are not stored. undefined = too long
 * for this answer, or the output store has an item's output.
 */
export async function readMapOutputs(
  db: Queryable,
  runId: string,
): Promise<Map<string, unknown[] | undefined>> {
  const { rows } = await db.query({
    name: 'read-map-outputs',
    text: `
      select m.step, sizes.fit as fits, case when sizes.fit then (
          select coalesce(json_agg(i.output order by i.iteration), '[]') from steps i
          where i.run_id = m.run_id and i.step = m.step and i.iteration >= 0
        ) end as output
      from steps m, lateral (
        select coalesce(sum(octet_length(i.output::text)), 0) <= $2 and count(i.output_ref) = 0 as fit from steps i
        where i.run_id = m.run_id and i.step = m.step and i.iteration >= 0
      ) as sizes
      where m.run_id = $1 and m.iteration = -1 and m.kind = any (${MAPS}) and m.status = 'succeeded'
        and m.output is null`,
    values: [runId, MAP_OUTPUT_BYTES],
  });
  return new Map(rows.map((row) => [row.step, row.fits ? row.output : undefined]));
}
