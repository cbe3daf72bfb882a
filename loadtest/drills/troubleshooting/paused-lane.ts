import { setTimeout as sleep } from 'node:timers/promises';
import { type Trouble, WORK } from '../../lib/trouble-drill/row.ts';

const LANE = 'http';

export const pausedLane: Trouble = {
  name: 'paused-lane',
  symptom: 'workers are idle and steps of one kind wait',
  cause: 'somebody has paused its lane',
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
    checks.that(paused && readySteps === 1, 'GET /api/v1/queues does not show it');
    checks.that(status !== 'succeeded', 'a paused lane worked');
    const audit = await ask('/api/v1/audit?action=pauseQueue');
    const [entry] = (audit.body?.['items'] ?? []) as { name: string; target: string }[];
    checks.note(`GET /api/v1/audit?action=pauseQueue: ${entry?.name}, ${entry?.target}`);
    checks.that(entry?.target.endsWith(LANE) ?? false, 'the audit log does not have it');
    await system.api.post(`/queues/${LANE}/resume`);
    const run = await system.api.waitForRun(id);
    checks.that(run.status === 'succeeded', `after resume the run is ${run.status}`);
  },
};
