import { ARRIVES_WITHIN } from '@aio/catalog/alerts/alert-times';
import { BUILDER } from '../bed/people.ts';
import { callOf, type Fault, type FaultSystem } from './fault.ts';
import { STEADY_MODEL } from './steady.ts';

/** The models answer at the same host at once, and half of its calls are theirs: the mean has to pass 5 s. */
const SLOW_CALL_MS = 11_000;
/** Of all calls of a model. */
const SHARE = 0.6;
const REFUND_EVERY_MS = 1000;
/** Four minutes of work for all slots: `callMs` on average on `slots`, and longer on more. */
const FLOOD = { runs: 3000, lengths: 500, callMs: 5000, slots: 64, workflow: 'game-crawl' };
/** Has no divisor in common with the number of lengths. */
const STRIDE = 7;

/** Faults of what workflows call, and of workflows. */
export const CALL_FAULTS: readonly Fault[] = [
  {
    name: 'slow-service',
    what: `a service that workflows call takes ${SLOW_CALL_MS / 1000} s instead of 20 ms`,
    hits: 'service',
    needs: ['simulator'],
    fires: [{ alert: 'DependencySlow' }],
    night: { firesWithin: 300, truth: `${SLOW_CALL_MS / 1000} s` },
    users: 'Their runs take seconds longer. None of them fails.',
    engine: 'The calls keep their slots, and other runs go on in the free ones.',
    panels: [
      { dashboardUid: 'aio-runs', title: 'Execution, P95 by kind' },
      { dashboardUid: 'aio-queue-workers', title: 'Slots used' },
    ],
    async inject({ simulator }) {
      await simulator.turn({ workMs: SLOW_CALL_MS });
      return () => simulator.turn({ workMs: 0 });
    },
  },
  {
    ...vendor('llm-rate-limits', '429', 'rateLimit'),
    fires: [{ alert: 'LlmRateLimited', labels: { provider: 'openai' } }],
    engine: 'Steps wait as long as the vendor says, and try again.',
    panels: [
      { dashboardUid: 'aio-cost', title: 'Failed calls by model' },
      { dashboardUid: 'aio-cost', title: 'Rate limits (429)' },
    ],
  },
  {
    ...vendor('llm-errors', '500', 'serverError'),
    fires: [{ alert: 'LlmErrors', labels: { provider: 'openai' } }],
    engine: 'Steps try again after a pause that grows.',
    panels: [
      { dashboardUid: 'aio-cost', title: 'Failed calls by model' },
      { dashboardUid: 'aio-runs', title: 'Failures by type of error' },
    ],
  },
  {
    name: 'one-workflow-fails',
    what: 'half of the runs of a workflow with a fifth of the load fail',
    hits: 'workflow',
    needs: ['simulator'],
    fires: [{ alert: 'WorkflowFailing', labels: { workflow: 'game-refund' } }],
    night: { firesWithin: 300, truth: '50 %' },
    users: 'Half of the runs of game-refund fail. All others succeed.',
    engine: 'It fails the runs whose service answers 503, because their step does not retry.',
    panels: [
      { dashboardUid: 'aio-runs', title: 'Failed by workflow' },
      { dashboardUid: 'aio-runs', title: 'Steps that fail most' },
    ],
    async inject(system) {
      const pay = { ...callOf(system, 'ms=5&fail=1'), if: 'input.isOdd' };
      await system.api.createWorkflow({ name: 'game-refund', steps: { pay } });
      let run = 0;
      return system.repeat(REFUND_EVERY_MS, () =>
        system.api.submitRun('game-refund', { isOdd: run++ % 2 === 1 }),
      ).stop;
    },
  },
  {
    name: 'flood',
    what: `one owner submits ${FLOOD.runs} runs, four minutes of work for all slots of all workers`,
    hits: 'queue',
    needs: ['simulator', 'worker', 'builder'],
    fires: [{ alert: 'OwnerBacklog' }],
    // All at once, they are hundreds of rows to write and to claim. And their calls take longer than others of the host.
    also: [{ alert: 'DatabasePoolWaiting' }, { alert: 'DependencySlow' }],
    night: { firesWithin: ARRIVES_WITHIN.ticket, truth: BUILDER.username },
    users: 'The owner waits for minutes. Others do not notice.',
    engine: 'It serves owners in turn, so the backlog of one delays no other.',
    panels: [
      { dashboardUid: 'aio-queue-workers', title: 'Waiting by owner' },
      { dashboardUid: 'aio-queue-workers', title: 'Backlog' },
    ],
    async inject(system) {
      const builder = await system.asBuilder();
      const call = { ...callOf(system, 'ms=${{ input.ms }}'), timeout: '5m' };
      await builder.createWorkflow({ name: FLOOD.workflow, steps: { call } });
      const lengths = lengthsOf(system.httpSlots);
      await builder.submitRuns(FLOOD.workflow, FLOOD.runs, (index) => ({
        ms: lengths[index % lengths.length],
      }));
      return () => endFlood(system);
    },
  },
];

/** How long the calls take, in ms. If all took the same time, others would wait for a slot just as long. */
function lengthsOf(httpSlots: number): number[] {
  const { lengths, callMs, slots } = FLOOD;
  const longestMs = (2 * callMs * httpSlots) / slots;
  return Array.from({ length: lengths }, (_, index) =>
    Math.ceil((longestMs * (((index * STRIDE) % lengths) + 0.5)) / lengths),
  );
}

/** Cancels the runs of the flood, also those of an earlier process. */
export async function endFlood({ api }: Pick<FaultSystem, 'api'>): Promise<void> {
  for (;;) {
    const runs = await api.listOpenRuns({ workflow: FLOOD.workflow, limit: 200 });
    if (runs.length === 0) return;
    await api.post('/runs/bulk', { action: 'cancel', ids: runs.map(({ id }) => id) });
  }
}

function vendor(name: string, status: string, fault: 'rateLimit' | 'serverError') {
  return {
    name,
    what: `a model's vendor answers ${SHARE * 100} % of its calls with ${status}, and the steps retry`,
    hits: 'model',
    needs: ['models'],
    night: { firesWithin: 180, truth: `${SHARE * 100} %` },
    users: 'Runs that ask a model take longer. Almost all succeed.',
    async inject({ simulator, progress }) {
      const [, model] = STEADY_MODEL;
      const turn = (dials: object) => simulator.turn({ models: { [model]: dials } });
      await turn({ retryAfterMs: 200, faults: { [fault]: SHARE } });
      progress(`answers ${SHARE * 100} % of the calls with ${status}`);
      return () => turn({});
    },
  } satisfies Partial<Fault>;
}
