import { and, count, max, queryOverTime, unless, where } from '@aio/slo/promql';
import type { Query } from '@aio/slo/query';
import { select } from '../metrics/select.ts';
import { SLOS } from '../objectives/slos.ts';

const LATE = SLOS.queueTime.boundSeconds;

/**
 * The owner of all late work, while every queue with late work moves. AIO serves owners in turn, so a large backlog of one
 * owner delays no other: it is a ticket, and pages nobody. Work in a queue that stands still is another fault, whoever
 * owns it.
 */
export function ownBacklog(): Query<'owner'> {
  const late = where(max(select('ownerOldestAge'), ['owner']), '>', LATE);
  const standsStill = and(
    where(max(select('queueOldestAge'), ['queue']), '>', LATE),
    where(max(select('queueStarts'), ['queue']), '==', 0),
  );
  return unless(and(late, where(count(late), '==', 1), []), standsStill, []);
}

/** Whether an own backlog was there in the last minutes: the work of its end still counts as late. */
export function recentOwnBacklog(): Query<'owner'> {
  return queryOverTime('count', ownBacklog(), '10m');
}
