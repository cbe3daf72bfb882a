import { shallowRef, type ShallowRef } from 'vue';
import type { BulkJob } from '#shared/api';
import { callApi } from '~/api/call-api';

const POLL_MS = 500;

/** Cancels or retries many runs as a job of the API, and follows it until it is finished. */
export function useBulkJob(onFinished: () => void) {
  const job: ShallowRef<BulkJob | null> = shallowRef(null);
  const start = useAction(async (action: BulkJob['action'], ids: readonly string[]) => {
    job.value = await callApi<BulkJob>('/bulk-jobs', { method: 'POST', body: { action, ids } });
  });
  usePolling(
    async () => {
      if (!job.value) return;
      // A poll that fails is made again: the job goes on in the API.
      job.value = await callApi<BulkJob>(`/bulk-jobs/${job.value.id}`).catch(() => job.value);
      if (job.value?.finished) onFinished();
    },
    () => (job.value !== null && !job.value.finished ? POLL_MS : null),
  );
  return { job, start, clear: () => (job.value = null) };
}
