import { shallowRef, type ShallowRef } from 'vue';
import type { BulkJob } from '#shared/api';
import { callApi } from '~/api/call-api';
import { ApiProblem, isAway } from '~/api/problem';

const POLL_MS = 500;

/** Cancels or retries many runs as a job of the API, and polls the job until it is finished. */
export function useBulkJob(onFinished: () => void) {
  const job: ShallowRef<BulkJob | null> = shallowRef(null);
  const start = useAction(async (action: BulkJob['action'], ids: readonly string[]) => {
    job.value = await callApi<BulkJob>('/bulk-jobs', { method: 'POST', body: { action, ids } });
  });
  usePolling(
    async () => {
      if (!job.value) return;
      try {
        job.value = await callApi<BulkJob>(`/bulk-jobs/${job.value.id}`);
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        if (isAway(error.problem)) return; // the job goes on when the API is back
        start.problem.value = error.problem;
        job.value = null;
      }
      if (job.value?.finished) onFinished();
    },
    () => (job.value !== null && !job.value.finished ? POLL_MS : null),
  );
  const clear = (): void => {
    job.value = null;
  };
  return { job, start, clear };
}
