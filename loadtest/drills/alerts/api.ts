import type { AlertDrill } from '../../lib/alert-drill/drill.ts';
import { openDatabase } from '../../lib/database.ts';

/** Every query waits so long, each way: a submission makes several. */
const SLOW_MS = 150;
/** What the API validates without a pause: long above 250 ms, short of what a scrape waits (2 s). */
const BUSY_MS = 500;
/** Others get their turn in between, so that the API still answers its scrape. */
const BUSY_EVERY_MS = 800;
const STEPS = { first: 300, most: 3000 };

export const API_DRILLS: readonly AlertDrill[] = [
  {
    name: 'api-errors',
    what: "the API's connections to PostgreSQL are refused: it answers 503",
    fires: [{ alert: 'ApiAvailabilityBurn' }],
    also: [
      { alert: 'RequestsFailing' },
      { alert: 'DependencyDown', labels: { dependency: 'database' } },
      { alert: 'GaugesUnread', labels: { job: 'api' } },
    ],
    bed: { paths: ['api'] },
    async inject({ bed }) {
      const path = bed.path('api', 'postgres');
      await path.set('refused');
      return () => path.set('open');
    },
  },
  {
    name: 'locked-workflows',
    what: 'a transaction that somebody left open locks the table of workflows: the API answers 503',
    hard: true,
    fires: [{ alert: 'RequestsFailing' }],
    also: [
      { alert: 'ApiAvailabilityBurn' },
      { alert: 'ApiLatencyBurn' },
      { alert: 'DatabasePoolWaiting', labels: { job: 'api' } },
      { alert: 'GaugesUnread', labels: { job: 'api' } },
      // Claims wait for the same lock.
      { alert: 'OldestJobAge' },
      { alert: 'QueueTimeBurn' },
    ],
    async inject({ bed, defer }) {
      const others = openDatabase(bed.servers.databaseUrl);
      defer(() => others.end());
      const somebody = await others.connect();
      await somebody.query('begin');
      await somebody.query('lock table workflows in access exclusive mode');
      return async () => {
        await somebody.query('rollback');
        somebody.release();
      };
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
    hard: true,
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
    what: 'a client has the API validate a workflow of thousands of steps in YAML, over and over',
    fires: [{ alert: 'EventLoopLag', labels: { job: 'api' } }],
    also: [
      { alert: 'ApiLatencyBurn' },
      { alert: 'GaugesUnread', labels: { job: 'api' } },
      { alert: 'TargetDown', labels: { job: 'api' } },
    ],
    alone: true,
    async inject({ bed, repeat }) {
      const validate = async (steps: number) => {
        const startedAt = performance.now();
        const response = await bed.system.fetch(`${bed.system.apiUrl}/api/v1/workflows/validate`, {
          method: 'POST',
          headers: { 'content-type': 'application/yaml' },
          body: longWorkflow(steps),
        });
        await response.text();
        return performance.now() - startedAt;
      };
      // The first ones meet code that is not compiled yet, each may meet a machine that is busy.
      const taken: number[] = [];
      for (let time = 0; time < 4; time++) taken.push(await validate(STEPS.first));
      const steps = (STEPS.first * BUSY_MS) / Math.min(...taken);
      const work = oneAtATime(() => validate(Math.min(STEPS.most, Math.round(steps))));
      const client = repeat(BUSY_EVERY_MS, work);
      return () => client.stop();
    },
  },
];

function longWorkflow(steps: number): string {
  const value = Array.from({ length: 20 }, (_, index) => `key${index}: ${index}`).join(', ');
  const lines = Array.from(
    { length: steps },
    (_, index) => `  s${index}:\n    type: transform\n    with: { value: { ${value} } }\n`,
  );
  return `name: long\nsteps:\n${lines.join('')}`;
}

/** Does nothing while the last time is still under way. */
function oneAtATime(work: () => Promise<unknown>): () => Promise<void> {
  let isBusy = false;
  return async () => {
    if (isBusy) return;
    isBusy = true;
    await work().finally(() => (isBusy = false));
  };
}
