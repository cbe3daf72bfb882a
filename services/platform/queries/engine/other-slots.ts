import type { Queryable } from '../../queryable.ts';

/** Slots of workers: of all together, and of the one that has the fewest. */
export interface OtherSlots {
  total: number;
  least: number;
}

/** Slots of the workers beside this one that were heard of just now, by the kind of step that they take. */
export async function readOtherSlots(
  db: Queryable,
  workerId: string,
): Promise<Map<string, OtherSlots>> {
  const { rows } = await db.query({
    name: 'read-other-slots',
    text: `
      select kind, sum(w.slots)::int as total, min(w.slots) as least
      from workers w cross join unnest(w.kinds) as kind
      where w.id <> $1 and w.state = 'running' and w.heartbeat_at > now() - interval '5 seconds'
      group by kind`,
    values: [workerId],
  });
  return new Map(rows.map((row) => [row.kind, { total: row.total, least: row.least }]));
}
