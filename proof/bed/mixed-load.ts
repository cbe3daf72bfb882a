import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@aio/tools/system/client';
import { startLoop } from './loop.ts';
import { APPROVAL_MESSAGES, createMixedWorkflow, mixedInput } from './mixed-workflow.ts';
import { createRandom } from '@aio/loadtest/workflows/random';
import type { Bed } from './bed.ts';

const WORKFLOWS = 24;
const SUBMIT_EVERY_MS = 150;
const DECIDE_EVERY_MS = 300;
const CANCELLED_SHARE = 0.03;

/** Keeps about `openRuns` runs of mixed workflows open, and decides their approvals. */
export async function startLoad(bed: Bed, options: { seed: number; openRuns: number }) {
  const { api, simulator } = bed.system;
  const random = createRandom(options.seed);
  const workflows = Array.from({ length: WORKFLOWS }, (_, index) =>
    createMixedWorkflow({
      name: `mixed-${options.seed}-${index}`,
      seed: random.int(0, 2 ** 31),
      steps: random.int(8, 60),
    }),
  );
  for (const { definition } of workflows) await api.createWorkflow(definition);

  let refusals = 0;

  /** Repeats a request until it gets an answer below 500. Every request here is idempotent. */
  async function insist<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await request();
      } catch (error) {
        if (error instanceof ApiError) {
          if (error.status < 500) throw error;
          if (error.status !== 503) bed.serverErrors.push(error.message);
        }
        refusals += 1;
        await sleep(100);
      }
    }
  }

  async function submit(): Promise<void> {
    const { definition, expected } = random.pick(workflows);
    const cancels = random.chance(CANCELLED_SHARE);
    const idempotencyKey = randomUUID();
    const input = mixedInput(simulator.url);
    const run = await insist(() => api.submitRun(definition.name, input, { idempotencyKey }));
    bed.accepted.push({ id: run.id, expected: cancels ? null : expected });
    if (cancels) await insist(() => api.cancelRun(run.id)).catch(ignoreConflict);
  }

  const submissions = startLoop(SUBMIT_EVERY_MS, async () => {
    const open = await insist(() => api.listOpenRuns({ limit: 200 }));
    for (let missing = Math.min(options.openRuns - open.length, 4); missing > 0; missing--)
      await submit();
  });

  const decisions = startLoop(DECIDE_EVERY_MS, async () => {
    for (const approval of await insist(() => api.listPendingApprovals())) {
      const rejects = approval.message === APPROVAL_MESSAGES.rejected;
      const decision = rejects ? 'rejected' : 'approved';
      await insist(() => api.decide(approval.id, decision)).catch(ignoreConflict);
    }
  });

  return {
    /** Requests that got a 5xx or no answer. The load repeats them. */
    refusals: () => refusals,
    /** Ends the submissions. The load still decides approvals. */
    endSubmissions: submissions.stop,
    async stop(): Promise<void> {
      await Promise.all([submissions.stop(), decisions.stop()]);
    },
  };
}

/** 409: the run ended first, or an earlier request succeeded and its answer was lost. */
function ignoreConflict(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 409) throw error;
}
