import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { countAnswers } from './count.ts';

const ACTIONS = 60;
const RUNS_EACH = 200;
const LIMIT_S = 2;

export const BULK_ACTIONS: Attack = {
  name: 'bulk-actions',
  what: `a builder cancels ${ACTIONS * RUNS_EACH} runs in ${ACTIONS} requests at once; an administrator cancels one`,
  limits: `the administrator's run is cancelled after <= ${LIMIT_S} s`,
  async prepare({ open, checks, progress }) {
    const { bed, builder } = await open();
    const { api } = bed.system;
    const step = { type: 'transform' as const, with: { value: 1 } };
    await builder.createWorkflow({ name: 'queued', steps: { step } });
    await api.post('/workflows/queued/pause', { reason: 'They wait for their cancel.' });
    progress('queues runs');
    const runs = await builder.submitRuns('queued', ACTIONS * RUNS_EACH);
    const { id } = await api.submitRun('queued');
    return async () => {
      const answers = countAnswers(ACTIONS, (index) => {
        const ids = runs.slice(index * RUNS_EACH, (index + 1) * RUNS_EACH);
        return builder.request('POST', '/runs/bulk', { action: 'cancel', ids });
      });
      const startedAt = performance.now();
      await api.post('/runs/bulk', { action: 'cancel', ids: [id] });
      const seconds = (performance.now() - startedAt) / 1000;
      checks.atMost("the administrator's cancel", seconds, LIMIT_S, 's');
      return answers;
    };
  },
};

const INPUTS_AT_ONCE = 100;
const STRINGS = 45_000;

/** Eight schemas that each compare all items. */
const COSTLY = {
  allOf: Array.from({ length: 8 }, () => ({ type: 'array', uniqueItems: true })),
};

export const COSTLY_INPUTS: Attack = {
  name: 'costly-inputs',
  what: `a builder submits ${INPUTS_AT_ONCE} inputs of 900 kB at once that are costly to validate`,
  async prepare({ open }) {
    const { builder } = await open();
    await builder.createWorkflow({
      name: 'costly',
      input: { type: 'object', properties: { items: COSTLY } },
      steps: { first: { type: 'transform', with: { value: 1 } } },
    });
    const items = Array.from({ length: STRINGS }, (_, index) => `item-${100_000_000 + index}`);
    const body = JSON.stringify({ input: { items } });
    return () =>
      countAnswers(INPUTS_AT_ONCE, () => builder.request('POST', '/workflows/costly/runs', body));
  },
};

const STREAMS = 1_200;
const SHIPPED_LIMIT = '100';
const KEPT_MS = 5_000;
const RUNS = 200;

export const EVENT_STREAMS: Attack = {
  name: 'event-streams',
  what: `a builder opens ${STREAMS} streams of ${RUNS} runs`,
  async prepare({ open, progress }) {
    const { builder } = await open({ env: { EVENT_STREAMS_PER_PERSON: SHIPPED_LIMIT } });
    progress('starts runs');
    const step = { type: 'approval' as const, with: { message: 'Never decided.' } };
    await builder.createWorkflow({ name: 'followed', steps: { step } });
    const ids = await builder.submitRuns('followed', RUNS);
    return async () => {
      let open = 0;
      const answers = await countAnswers(STREAMS, async (index) => {
        const answer = await builder.request('GET', `/runs/${ids[index % RUNS]}/events`);
        if (!answer.ok) return answer;
        open += 1;
        // The stream does not end before the API.
        void answer.body?.pipeTo(new WritableStream()).catch(() => {});
        return new Response();
      });
      await sleep(KEPT_MS);
      return [`${open} streams were open`, ...answers];
    };
  },
};

const STEPS = 2_000;
const OUTPUT_LENGTH = 30_000;
const READS_AT_ONCE = 60;

export const LARGE_RUNS: Attack = {
  name: 'large-runs',
  what: `a builder reads a run of ${STEPS} outputs of 30 kB ${READS_AT_ONCE} times at once`,
  async prepare({ open, progress }) {
    const { bed, builder } = await open();
    progress('makes a large run');
    const step = { type: 'transform' as const, with: { value: '${{ input.text }}' } };
    const steps = Array.from({ length: STEPS }, (_, index) => [`s${index}`, step] as const);
    await builder.createWorkflow({ name: 'large', steps: Object.fromEntries(steps) });
    const { id } = await builder.submitRun('large', { text: 'x'.repeat(OUTPUT_LENGTH) });
    await bed.settle();
    return () => countAnswers(READS_AT_ONCE, () => builder.request('GET', `/runs/${id}`));
  },
};
