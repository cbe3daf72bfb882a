/** Runs whose steps another worker has, and what becomes of workers. */

import type { TestContext } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { cutOff } from './failing-queries.ts';
import { untilRun } from './follow.ts';
import { createOutside } from './outside.ts';
import type { EngineBench } from './start-engine.ts';
import { createEngineBench, NO_HTTP } from './start-engine.ts';

export const ONE = `
name: one
steps:
  a: { type: http, with: { url: "http://x/" } }
output: "\${{ steps.a.output }}"
`;

export const TWO = `
name: two
steps:
  a: { type: http, with: { url: "http://x/" } }
  b: { type: http, with: { url: "http://x/" } }
`;

/** Steps that have told more than one look into the inbox takes. */
export const MANY = 250;

export const MANY_STEPS = `
name: many
steps:
${Array.from({ length: MANY }, (_, n) => `  s${n}: { type: http, with: { url: "http://x/" } }`).join('\n')}
`;

export const ITEMS = `
name: items
steps:
  list: { type: transform, with: { value: [0, 1, 2, 3, 4, 5] } }
  each:
    type: map
    needs: [list]
    over: "\${{ steps.list.output }}"
    concurrency: 6
    step: { type: http, with: { url: "\${{ 'http://x/' + string(item) }}" } }
output: "\${{ steps.each.output }}"
`;

export function expireRun({ db }: EngineBench, id: string) {
  const text = `update runs set leased_until = now() - interval '1 minute' where id = $1`;
  return db.query({ name: 'expire-run', text, values: [id] });
}

export function expireChunks({ db }: EngineBench, workerId: string) {
  const text = `update chunks set leased_until = now() - interval '1 minute' where worker_id = $1`;
  return db.query({ name: 'expire-chunks', text, values: [workerId] });
}

export async function readAttempts({ db }: EngineBench, id: string) {
  const { rows } = await db.query({
    name: 'attempts',
    text: 'select attempt, status, worker_id from step_attempts where run_id = $1 order by attempt',
    values: [id],
  });
  return rows.map((row) => [row.attempt, row.status, row.worker_id]);
}

export function untilRunning(bench: EngineBench, id: string) {
  return untilRun(bench, [], id, 'to have a step that runs', (_, steps) =>
    steps.some((step) => step.status === 'running'),
  );
}

/** A run whose call is under way at a guest, and both workers, each with its own way to the database. */
export async function handOut(t: TestContext, yaml = ONE) {
  const outside = createOutside();
  const bench = await createEngineBench(t, outside.http);
  const [holderDb, guestDb] = [cutOff(bench.db), cutOff(bench.db)];
  const id = await bench.submit(yaml);
  const holder = bench.start({ lanes: NO_HTTP, db: holderDb });
  const guest = bench.start({ maxRuns: 0, db: guestDb });
  void holder.work(id);
  const [call] = await outside.untilOpen(1);
  await untilRunning(bench, id);
  return { outside, bench, id, holder, holderDb, guest, guestDb, call: call! };
}

export function untilMessage({ db }: EngineBench, type: string, count = 1) {
  return waitUntil(
    async () => {
      const text = 'select 1 from run_messages where type = $1';
      return (await db.query({ name: 'messages', text, values: [type] })).rowCount! >= count;
    },
    { what: `${count} messages of the type ${type}` },
  );
}
