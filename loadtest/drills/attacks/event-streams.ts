import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { countAnswers } from './count.ts';

const STREAMS = 1_200;
const SHIPPED_LIMIT = '100';
const KEPT_MS = 5_000;
const RUNS = 200;

export const EVENT_STREAMS: Attack = {
  name: 'event-streams',
  what: `a builder opens ${STREAMS} streams of the list of runs`,
  async prepare({ open, progress }) {
    const { bed, builder } = await open({ env: { EVENT_STREAMS_PER_PERSON: SHIPPED_LIMIT } });
    progress('fills the list');
    const step = { type: 'transform' as const, with: { value: 1 } };
    await builder.createWorkflow({ name: 'listed', steps: { step } });
    await builder.submitRuns('listed', RUNS);
    await bed.settle();
    return async () => {
      let open = 0;
      const answers = await countAnswers(STREAMS, async () => {
        const answer = await builder.request('GET', '/events/runs');
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
