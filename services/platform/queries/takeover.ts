/** The reconciler looks for silent workers each second, a quarter more at most, and gives a lease a second of grace. */
const TAKEN_OVER_WITHIN = '2250 milliseconds';

/**
 * SQL: when the work of the worker of this id is taken over at the latest, if the worker is silent; null = its heartbeat
 * is recent. A worker renews its lease three times within it: it is silent once half of the lease is over.
 */
export function takeoverOf(workerId: string): string {
  return `(
    select case when coalesce(bool_or(now() < w.heartbeat_at + (w.leased_until - w.heartbeat_at) / 2), false) then null
      else coalesce(max(w.leased_until), now()) + interval '${TAKEN_OVER_WITHIN}' end
    from workers w where w.id = ${workerId})`;
}
