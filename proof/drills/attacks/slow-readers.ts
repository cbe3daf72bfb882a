import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { countAnswers } from './count.ts';

const STREAMS = 100;
const MAPS = ['first', 'second', 'third'];
const ITEMS = 1_000;
const PIECE_BYTES = 1024;
const EVERY_MS = 200;
const KEPT_MS = 5_000;

export const SLOW_READERS: Attack = {
  name: 'slow-readers',
  what: `a builder opens ${STREAMS} streams of a run of ${MAPS.length * ITEMS} http items, and reads 5 kB a second of each`,
  async prepare({ open, defer }) {
    const { bed, builder } = await open({ env: { EVENT_STREAMS_PER_PERSON: String(STREAMS) } });
    const over = Array.from({ length: ITEMS }, (_, item) => item);
    const step = bed.call('ms=20');
    const calls = { type: 'map' as const, over, concurrency: 34, step };
    const steps = Object.fromEntries(MAPS.map((id) => [id, calls]));
    await builder.createWorkflow({ name: 'followed', steps });
    const leaving = new AbortController();
    defer(() => leaving.abort());
    return async () => {
      const { id } = await builder.submitRun('followed');
      const answers = await countAnswers(STREAMS, async () => {
        const answer = await builder.request('GET', `/runs/${id}/events?texts=true`);
        if (!answer.ok) return answer;
        void readSlowly(answer, leaving.signal).catch(() => {});
        return new Response();
      });
      await bed.settle();
      await sleep(KEPT_MS);
      return answers;
    };
  },
};

async function readSlowly({ body }: Response, signal: AbortSignal): Promise<void> {
  const reader = body!.getReader({ mode: 'byob' });
  while (!signal.aborted) {
    const { done } = await reader.read(new Uint8Array(PIECE_BYTES));
    if (done) return;
    await sleep(EVERY_MS);
  }
  await reader.cancel();
}
