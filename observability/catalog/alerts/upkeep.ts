import { type Alert } from './alert.ts';
import { TIME } from '@aio/slo/alert';
import { min, where } from '@aio/slo/promql';
import { select } from '../metrics/select.ts';
import { type TimeScale, inSeconds } from '@aio/slo/time-scale';

/** In seconds. Workers keep at least a day ahead. */
export const PARTITIONS_NOTICE = inSeconds('12h');

/** Regular upkeep whose failure shows only when it is too late. */
export function upkeepAlerts(time: TimeScale): readonly Alert[] {
  return [
    {
      name: 'PartitionsRunOut',
      severity: 'ticket',
      summary: `The last partition for runs ends in ${TIME}`,
      description:
        'Workers add partitions at least a day ahead, but could not for hours. When the last ' +
        'partition ends, every submission fails.',
      query: where(min(select('partitionHorizon')), '<', PARTITIONS_NOTICE),
      for: time.hold('5m'),
      panel: { dashboardUid: 'aio-runtime', title: 'Partitions reach' },
    },
  ];
}
