import { computed, type ComputedRef } from 'vue';
import { EDGE_PANELS, edgesOf, type ServiceEdge } from '~/services/edges';

const LOOK_BACK_MS = 300_000;

/**
 * The calls between services in the last 5 minutes, from panels of the overview board.
 * @param isConfigured whether Prometheus is configured; without it there are no edges
 */
export function useServiceEdges(isConfigured: () => boolean): ComputedRef<ServiceEdge[]> {
  const span = useRecentSpan(LOOK_BACK_MS);
  const ask = ({ uid, id }: { uid: string; id: number }) =>
    useQueryData(() =>
      isConfigured()
        ? { path: `/dashboards/${uid}/query`, body: { panel: id }, times: span.value }
        : null,
    ).data;
  const [calls, failed, p95] = [
    ask(EDGE_PANELS.calls),
    ask(EDGE_PANELS.failed),
    ask(EDGE_PANELS.p95),
  ];
  return computed(() => edgesOf({ calls: calls.value, failed: failed.value, p95: p95.value }));
}
