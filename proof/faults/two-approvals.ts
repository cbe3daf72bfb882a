import { type ApiError, createApiClient } from '@aio/tools/system/client';
import type { Drill } from '../drills/kit/drill.ts';
import { waitUntil } from '@aio/tools/system/wait-until';

/** Uses two APIs, so that no process serialises the decisions. */
export const twoApprovals: Drill = {
  name: 'two-approvals',
  what: 'approves and rejects an approval at the same time, through two APIs',
  limits: 'one 200, one 409; the run follows the decision with 200; DUP 0',
  async run({ checks, full, random, startBed, progress }) {
    const bed = await startBed({ apis: 2 });
    const { api, apis, fetch } = bed.system;
    const workflow = await bed.createWorkflow('asks', {
      ask: { type: 'approval', with: { message: 'yes or no?' }, onFailure: 'continue' },
      yes: { type: 'transform', needs: ['ask'], with: { value: 1 } },
    });
    const count = full ? 100 : 20;
    for (let index = 0; index < count; index++) await bed.submit(workflow);
    const approvals = await waitUntil('all approvals are pending', 20_000, async () => {
      const pending = await api.listPendingApprovals();
      return pending.length === count && pending;
    });
    progress('decides');
    const answers: string[] = [];
    for (const { id, runId } of approvals) {
      const decisions: ('approved' | 'rejected')[] = ['approved', 'rejected'];
      if (random.chance(0.5)) decisions.reverse();
      const statuses = await Promise.all(
        decisions.map((decision, index) =>
          createApiClient(apis[index]!.url, { fetch })
            .decide(id, decision)
            .then(
              () => 200,
              ({ status }: ApiError) => status,
            ),
        ),
      );
      answers.push(statuses.toSorted().join(' and '));
      const taken = decisions[statuses.indexOf(200)];
      const run = await waitUntil('the run is finished', 20_000, async () => {
        const run = await api.getRun(runId);
        return run.finishedAt !== null && run;
      }).catch((error: ApiError) => error);
      const { rows } = await bed.db.query<{ status: string }>(
        `select status from steps where run_id = $1 and step = 'yes'`,
        [runId],
      );
      const wanted = taken === 'approved' ? 'succeeded' : 'skipped';
      checks.that(
        !(run instanceof Error) && rows[0]?.status === wanted,
        `after ${taken} the next step is ${rows[0]?.status}`,
      );
    }
    const right = answers.filter((statuses) => statuses === '200 and 409').length;
    checks.note(`${right} of ${count} times 200 and 409`);
    checks.that(right === count, `answers: ${[...new Set(answers)].join('; ')}`);
    await bed.settle();
    checks.rows(await bed.judge());
  },
};
