/** The reconciler looks for silent workers every second (at most 1.25 s), and gives a lease one second of grace. */
const TAKEN_OVER_WITHIN = '2250 milliseconds';

/**
 * SQL: the latest time of the takeover of a silent worker's work; null = its heartbeat is recent. A worker renews its
 * lease three times per lease, so it is silent after half a lease.
 */
export function takeoverOf(workerId: string): string {
  return `(
    select case when coalesce(bool_or(now() < w.heartbeat_at + (w.leased_until - w.heartbeat_at) / 2), false) then null
      else coalesce(max(w.leased_until), now()) + interval '${TAKEN_OVER_WITHIN}' end
    from workers w where w.id = ${workerId})`;
}
