import { waitUntil } from '../../lib/wait-until.ts';
import type { Attack } from './attack.ts';
import { countAnswers } from './count.ts';

const JOBS = 60;
const RUNS_EACH = 1_000;
const BATCH = 500;
const GIVE_UP_MS = 120_000;
const LIMIT_S = 2;
const LOOK_EVERY_MS = 50;

export const BULK_JOBS: Attack = {
  name: 'bulk-jobs',
  what: `a builder cancels ${JOBS * RUNS_EACH} runs in ${JOBS} jobs; then an administrator cancels one`,
  limits: `the administrator's run is cancelled after <= ${LIMIT_S} s`,
  async prepare({ open, checks, progress }) {
    const { bed, builder } = await open();
    const { api } = bed.system;
    const step = { type: 'transform' as const, with: { value: 1 } };
    await builder.createWorkflow({ name: 'queued', steps: { step } });
    await api.post('/workflows/queued/pause', { reason: 'They wait for their cancel.' });
    const runs: string[] = [];
    progress('queues runs');
    while (runs.length < JOBS * RUNS_EACH)
      runs.push(...(await builder.submitRuns('queued', BATCH)));
    const { id } = await api.submitRun('queued');
    return async () => {
      const answers = await countAnswers(JOBS, (index) => {
        const ids = runs.slice(index * RUNS_EACH, (index + 1) * RUNS_EACH);
        return builder.request('POST', '/bulk-jobs', { action: 'cancel', ids });
      });
      const startedAt = performance.now();
      await api.post('/bulk-jobs', { action: 'cancel', ids: [id] });
      const isCancelled = async () => (await api.getRun(id)).status === 'cancelled';
      await waitUntil('the cancel', GIVE_UP_MS, isCancelled, LOOK_EVERY_MS).catch(() => {});
      const seconds = (performance.now() - startedAt) / 1000;
      checks.atMost("the administrator's cancel", seconds, LIMIT_S, 's');
      return answers;
    };
  },
};
