import { computed } from 'vue';
import type { Run, RunEvent } from '#shared/api';
import { applyEvent } from '~/run/apply-event';
import { RUN_EVENT_TYPES } from '~/run/event-types';
import { isFinished } from '~/status/finished';

const POLL_WITHOUT_STREAM_MS = 2000;
const POLL_BESIDE_STREAM_MS = 15_000;
/** Large runs take longer to fetch and draw, so a run of 1,000 steps is fetched at most every 3 s. */
const REFETCH_AFTER_MS = 250;
const REFETCH_PER_STEP_MS = 3;

/**
 * A run, followed until it is finished. Events change it at once; soon after, a fetch brings
 * what events don't carry. `onChange` is called after each fetch.
 */
export function useRun(id: () => string, onChange: () => void) {
  const request = useRequest<Run>(() => ({ path: `/runs/${id()}`, query: { outputs: 'false' } }));
  const run = request.data;
  const isOver = computed(() => run.value !== null && isFinished(run.value.status));

  async function refresh(): Promise<void> {
    await request.refresh();
    onChange();
  }

  const refreshSoon = useRefreshSoon(refresh, () =>
    Math.max(REFETCH_AFTER_MS, (run.value?.steps.length ?? 0) * REFETCH_PER_STEP_MS),
  );

  const stream = useEventStream({
    url: () =>
      run.value === null || isOver.value
        ? null
        : `/api/v1/runs/${run.value.id}/events?lastEventId=${run.value.eventSeq}`,
    types: RUN_EVENT_TYPES,
    onEvents: (texts) => {
      if (!run.value) return;
      const events = texts.map((text) => JSON.parse(text) as RunEvent);
      run.value = events.reduce(applyEvent, run.value);
      refreshSoon();
    },
  });

  usePolling(refresh, () => {
    if (isOver.value) return null;
    return stream.isOpen.value ? POLL_BESIDE_STREAM_MS : POLL_WITHOUT_STREAM_MS;
  });
  return { run, problem: request.problem, isLive: stream.isOpen, isOver, refresh };
}
