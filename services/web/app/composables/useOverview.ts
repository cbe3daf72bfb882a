import type { Overview, Page, Queue, RunSummary, Worker } from '#shared/api';
import { UNFINISHED } from '~/runs/filters';

const POLL_MS = 5_000;
const ACTIVE_SHOWN = 8;

/** The stream covers only the newest runs. */
const ACTIVE_POLL_MS = 30_000;

/** The data of the overview. It polls figures; the stream brings active runs sooner than their poll. */
export function useOverview() {
  const overview = useRequest<Overview>(() => ({ path: '/overview' }));
  const queues = useRequest<Queue[]>(() => ({ path: '/queues' }));
  const workers = useRequest<Worker[]>(() => ({ path: '/workers' }));
  const active = useRequest<Page<RunSummary>>(() => ({
    path: '/runs',
    query: { status: UNFINISHED.join(','), limit: String(ACTIVE_SHOWN) },
  }));
  const polled = [overview, queues, workers];

  const stream = useEventStream({
    url: () => '/api/v1/events/runs',
    types: ['run.changed'],
    onOpen: () => void active.refresh(),
    onEvents: useRefreshSoon(active.refresh),
  });
  usePolling(
    async () => void (await Promise.all(polled.map((request) => request.refresh()))),
    () => POLL_MS,
  );
  usePolling(active.refresh, () => (stream.isOpen.value ? ACTIVE_POLL_MS : POLL_MS));
  return {
    overview: overview.data,
    queues: queues.data,
    workers: workers.data,
    active: active.data,
    problem: computed(
      () => [...polled, active].find(({ problem }) => problem.value)?.problem.value ?? null,
    ),
    isLive: stream.isOpen,
  };
}
