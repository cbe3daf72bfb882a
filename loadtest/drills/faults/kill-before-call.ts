import { startTcpPath } from '@aio/platform/testing/tcp-path';
import { type Drill, STUCK_LIMIT_MS } from '../../lib/drill/drill.ts';
import { findRunner } from '../../lib/drill/rows.ts';

/** The path to the called service is cut, so the worker commits the step's start but its call does not arrive. */
export const killBeforeCall: Drill = {
  name: 'kill-before-call',
  what: 'kill -9 a worker that has recorded the start of a step but has not made its call yet',
  limits: 'STUCK <= 20 s, FX 1',
  async run({ checks, full, startBed, defer, progress }) {
    const bed = await startBed();
    const { simulator } = bed.system;
    const outside = await startTcpPath(simulator.url);
    defer(() => outside.close());
    const workflow = await bed.createWorkflow('before-call', {
      call: {
        type: 'http',
        with: { url: outside.through(`${simulator.url}/work`) },
        timeout: '5m',
      },
    });
    for (let round = 1; round <= (full ? 10 : 1); round++) {
      progress(`kill ${round}`);
      await outside.set('cut');
      const run = await bed.submit(workflow);
      const worker = await findRunner(bed, run, 'call', 10_000);
      const { byKey } = await simulator.calls();
      checks.that(byKey[`${run}-call--1`] === undefined, 'the call arrived before the kill');
      await bed.kill(worker);
      await outside.set('open');
      await Promise.all([worker.restart(), bed.settle()]);
    }
    checks.rows(await bed.judge(), { stuckMs: STUCK_LIMIT_MS, fx: 1 });
  },
};
