import type { Overview, Page, Queue, RunSummary, Worker } from '#shared/api';
import { UNFINISHED } from '~/runs/filters';

const POLL_MS = 5_000;
const ACTIVE_SHOWN = 8;

/** What the overview is made of. The stream brings the active runs; figures, and runs while there is no stream, are polled. */
export function useOverview() {
  const overview = useRequest<Overview>(() => ({ path: '/overview' }));
  const queues = useRequest<Queue[]>(() => ({ path: '/queues' }));
  const workers = useRequest<Worker[]>(() => ({ path: '/workers' }));
  const active = useRequest<Page<RunSummary>>(() => ({
    path: '/runs',
    query: { status: UNFINISHED.join(','), limit: String(ACTIVE_SHOWN) },
  }));
  const all = [overview, queues, workers, active];

  const stream = useEventStream({
    url: () => '/api/v1/events/runs',
    types: ['run.changed'],
    onOpen: () => void active.refresh(),
    onEvent: useRefreshSoon(active.refresh),
  });
  usePolling(
    async () => {
      const due = stream.isOpen.value ? all.filter((one) => one !== active) : all;
      await Promise.all(due.map((request) => request.refresh()));
    },
    () => POLL_MS,
  );
  return {
    overview: overview.data,
    queues: queues.data,
    workers: workers.data,
    active: active.data,
    problem: computed(() => all.find(({ problem }) => problem.value)?.problem.value ?? null),
    isLive: stream.isOpen,
  };
}
