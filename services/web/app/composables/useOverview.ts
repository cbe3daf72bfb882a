import type { Overview, Page, Queue, RunSummary, Worker } from '#shared/api';
import { UNFINISHED } from '~/runs/filters';

const POLL_MS = 5_000;
const ACTIVE_SHOWN = 8;

/** What the overview is made of. A run that changes brings the active ones at once; figures follow by polls. */
export function useOverview() {
  const overview = useRequest<Overview>(() => ({ path: '/overview' }));
  const queues = useRequest<Queue[]>(() => ({ path: '/queues' }));
  const workers = useRequest<Worker[]>(() => ({ path: '/workers' }));
  const active = useRequest<Page<RunSummary>>(() => ({
    path: '/runs',
    query: { status: UNFINISHED.join(','), limit: String(ACTIVE_SHOWN) },
  }));
  const all = [overview, queues, workers, active];

  async function refresh(): Promise<void> {
    await Promise.all(all.map((request) => request.refresh()));
  }
  const stream = useEventStream({
    url: () => '/api/v1/events/runs',
    types: ['run.changed'],
    onEvent: useRefreshSoon(active.refresh),
  });
  usePolling(refresh, () => POLL_MS);
  return {
    overview: overview.data,
    queues: queues.data,
    workers: workers.data,
    active: active.data,
    problem: computed(() => all.find(({ problem }) => problem.value)?.problem.value ?? null),
    isLive: stream.isOpen,
  };
}
