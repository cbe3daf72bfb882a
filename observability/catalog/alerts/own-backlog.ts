import { and, count, divide, max, queryOverTime, sum, where } from '@aio/slo/promql';
import type { Query } from '@aio/slo/query';
import type { TimeScale } from '@aio/slo/time-scale';
import { select } from '../metrics/select.ts';
import { SLOS } from '../objectives/slos.ts';

/**
 * The owner of all late work, while workers are busy. AIO serves owners in turn, so a large backlog of one owner delays no
 * other: it is a ticket, and pages nobody. Work that waits although workers are free is another fault, whoever owns it.
 */
export function ownBacklog(): Query<'owner'> {
  const late = where(max(select('ownerOldestAge'), ['owner']), '>', SLOS.queueTime.boundSeconds);
  const free = divide(sum(select('workerSlots', { state: 'free' })), sum(select('workerSlots')));
  return and(and(late, where(count(late), '==', 1), []), where(free, '<', 0.5), []);
}

/** Whether an own backlog was there in the last minutes: the work of its end still counts as late. */
export function recentOwnBacklog(time: TimeScale): Query<'owner'> {
  return queryOverTime('count', ownBacklog(), time.range('10m'));
}
