import { setTimeout as sleep } from 'node:timers/promises';
import { troubleDrill, WORK } from './trouble.ts';

const LANE = 'http';

export const pausedLane = troubleDrill({
  name: 'paused-lane',
  symptom: 'workers are idle while steps of one kind wait',
  cause: 'a user has paused the lane',
  cure: `POST /api/v1/queues/<kind>/resume`,
  async tryOut({ bed, ask, checks }) {
    const { system } = bed;
    await system.api.post(`/queues/${LANE}/pause`);
    const id = await bed.submit(WORK);
    await sleep(2000);
    const { status } = await system.api.getRun(id);
    const { body } = await ask('/api/v1/queues');
    const lanes = body as unknown as { name: string; paused: boolean; readySteps: number }[];
    const { paused, readySteps } = lanes.find(({ name }) => name === LANE)!;
    checks.note(`GET /api/v1/queues: ${LANE} ${JSON.stringify({ paused, readySteps })}`);
    checks.that(paused && readySteps === 1, 'GET /api/v1/queues does not show the pause');
    checks.that(status !== 'succeeded', 'the run succeeded although the lane was paused');
    const audit = await ask('/api/v1/audit?action=pauseQueue');
    const [entry] = (audit.body?.['items'] ?? []) as { name: string; target: string }[];
    checks.note(`GET /api/v1/audit?action=pauseQueue: ${entry?.name}, ${entry?.target}`);
    checks.that(entry?.target.endsWith(LANE) ?? false, 'the audit log does not name the lane');
    await system.api.post(`/queues/${LANE}/resume`);
    const run = await system.api.waitForRun(id);
    checks.that(run.status === 'succeeded', `after resume the run is ${run.status}`);
  },
});
