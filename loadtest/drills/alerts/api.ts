import type { AlertDrill } from '../../lib/alert-drill/drill.ts';

/** Every query waits so long, each way: a submission makes several. */
const SLOW_MS = 150;
/** Some 0.4 s of one core to read and validate. */
const STEPS = 10_000;

export const API_DRILLS: readonly AlertDrill[] = [
  {
    name: 'api-errors',
    what: "the API's connections to PostgreSQL are refused: it answers 503",
    fires: [{ alert: 'ApiAvailabilityBurn' }],
    also: [{ alert: 'GaugesUnread', labels: { job: 'api' } }],
    bed: { paths: ['api'] },
    async inject({ bed }) {
      const path = bed.path('api', 'postgres');
      await path.set('refused');
      return () => path.set('open');
    },
  },
  {
    name: 'slow-api',
    what: `packets between the API and PostgreSQL take ${SLOW_MS} ms longer`,
    fires: [{ alert: 'ApiLatencyBurn' }],
    // A reading that needs a new connection, of several packets, takes longer than its second.
    also: [{ alert: 'GaugesUnread', labels: { job: 'api' } }],
    bed: { paths: ['api'] },
    async inject({ bed }) {
      const path = bed.path('api', 'postgres');
      path.slow(SLOW_MS);
      return async () => path.slow(0);
    },
  },
  {
    name: 'no-api',
    what: 'the only API is killed (kill -9) and stays away',
    fires: [{ alert: 'NoApiUp' }],
    also: [{ alert: 'TargetDown', labels: { job: 'api' } }],
    async inject({ bed }) {
      const [api] = bed.system.apis;
      await api!.signal('SIGKILL');
      return () => api!.restart();
    },
  },
  {
    name: 'busy-loop',
    what: `a client has the API validate a workflow of ${STEPS} steps in YAML, over and over`,
    fires: [{ alert: 'EventLoopLag', labels: { job: 'api' } }],
    also: [
      { alert: 'ApiLatencyBurn' },
      { alert: 'GaugesUnread', labels: { job: 'api' } },
      { alert: 'TargetDown', labels: { job: 'api' } },
    ],
    alone: true,
    async inject({ bed, repeat }) {
      const url = `${bed.system.apiUrl}/api/v1/workflows/validate`;
      const headers = { 'content-type': 'application/yaml' };
      const body = longWorkflow();
      const validate = async () => {
        await (await fetch(url, { method: 'POST', headers, body })).text();
      };
      const clients = [1, 2].map(() => repeat(1, oneAtATime(validate)));
      return () => Promise.all(clients.map((client) => client.stop()));
    },
  },
];

function longWorkflow(): string {
  const steps = Array.from(
    { length: STEPS },
    (_, index) => `  s${index}:\n    type: transform\n    with: { value: 1 }\n`,
  );
  return `name: long\nsteps:\n${steps.join('')}`;
}

/** Does nothing while the last time is still under way. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let isBusy = false;
  return async () => {
    if (isBusy) return;
    isBusy = true;
    await work().finally(() => (isBusy = false));
  };
}
