import { setTimeout as sleep } from 'node:timers/promises';
import type { StepJob } from '@aio/core/run/jobs';
import { JobLater } from '@aio/platform/queues/queue-worker';
import { leaveOutJobSpan } from '@aio/runtime/queue-tracing';

/** How long a job waits in its slot for its owner to give one up. Free slots would spin through a backlog otherwise. */
const HOLD_MS = 100;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1_000;

/**
 * Executes jobs of one lane, of each owner as many at once as its share of the slots, but at least one.
 * @returns executes a job; throws `JobLater` if its owner holds its share
 */
export function shareSlots(
  { slots, share }: { slots: number; share: number },
  execute: (job: StepJob) => Promise<void>,
): (job: StepJob) => Promise<void> {
  if (share === 1) return execute;
  const most = Math.max(1, Math.floor(slots * share));
  /** Jobs under way by owner. */
  const held = new Map<string, number>();
  const heldBy = (owner: string) => held.get(owner) ?? 0;

  return async (job) => {
    const { owner, aboveShare = 0 } = job;
    if (heldBy(owner) >= most) await sleep(HOLD_MS);
    if (heldBy(owner) >= most) throw putBack(aboveShare);
    held.set(owner, heldBy(owner) + 1);
    try {
      await execute(job);
    } finally {
      const rest = heldBy(owner) - 1;
      if (rest === 0) held.delete(owner);
      else held.set(owner, rest);
    }
  };
}

/** The job keeps its priority. It was no attempt, so its delivery has no span. */
function putBack(times: number): JobLater {
  leaveOutJobSpan();
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** times, LONGEST_DELAY_MS);
  return new JobLater(delayMs, delayMs < LONGEST_DELAY_MS ? { aboveShare: times + 1 } : {});
}
