import { computed, type ComputedRef } from 'vue';
import { calculate } from '~/dashboards/calcs';
import { THROUGHPUT_PANEL } from '~/dashboards/queue-panels';
import { frameOf } from '~/dashboards/series';

const LOOK_BACK_MS = 300_000;
const POINTS = 20;

/**
 * Each queue's throughput per minute, by queue name, from the board's panel.
 * @param isConfigured whether Prometheus is configured; without it the map is empty
 */
export function useThroughput(isConfigured: () => boolean): ComputedRef<Map<string, number>> {
  const span = useRecentSpan(LOOK_BACK_MS);
  const { uid, id } = THROUGHPUT_PANEL;
  const { data } = useQueryData(() =>
    isConfigured()
      ? {
          path: `/dashboards/${uid}/query`,
          body: { panel: id, points: POINTS },
          times: span.value,
        }
      : null,
  );
  return computed(() => {
    const series = data.value ? frameOf(data.value).series : [];
    return new Map(
      series.flatMap(({ name, values }) => {
        const perSecond = calculate('lastNotNull', values);
        return perSecond === null ? [] : [[name, perSecond * 60]];
      }),
    );
  });
}
