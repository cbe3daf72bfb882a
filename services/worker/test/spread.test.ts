import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '@aio/platform/queryable';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { introduce, untilEnded, untilRun, httpSlots } from './follow.ts';
import type { Outside } from './outside.ts';
import { createOutside } from './outside.ts';
import type { EngineBench, WorkingEngine } from './start-engine.ts';
import { createEngineBench, NO_HTTP } from './start-engine.ts';

const STEPS = 100;

function branches(count: number): string {
  const steps = Array.from(
    { length: count },
    (_, n) => `  s${n}: { type: http, with: { url: "http://x/" } }`,
  );
  return `name: wide\nsteps:\n${steps.join('\n')}\n`;
}

const ITEMS = `
name: items
steps:
  each:
    type: map
    over: [${Array.from({ length: STEPS }, (_, n) => n).join(', ')}]
    concurrency: ${STEPS}
    step: { type: http, with: { url: "\${{ 'http://x/' + string(item) }}" } }
output: "\${{ steps.each.output }}"
`;

const GATED = ITEMS.replace(
  'steps:',
  'steps:\n  gate: { type: http, with: { url: "http://x/" } }',
).replace('type: map', 'type: map\n    needs: [gate]');

/** Waits until every slot of every engine has a call, as often as there is enough to do for that. */
async function untilAllBusy(
  outside: Outside,
  engines: readonly WorkingEngine[],
  times: number,
): Promise<void> {
  for (let time = 0; time < times; time++) {
    await waitUntil(
      async () => {
        for (const engine of engines) await engine.look('room');
        // One more for a workflow that holds no slot yet.
        return engines.every(({ id, slots }) => outside.openOf(id).length >= slots);
      },
      { what: `every slot to be used for the ${time + 1}th time` },
    );
    if (time + 1 < times) for (const call of outside.open) call.answer();
  }
}

/** Every step was called and recorded once, with its first attempt, and nothing is left over. */
async function assertOnce(bench: EngineBench, outside: Outside, id: string, steps: number) {
  const run = await bench.readRun(id);
  assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
  const rows = await bench.readSteps(id);
  assert.deepEqual([run.steps_done, run.steps_total], [rows.length, rows.length]);
  const https = rows.filter((row) => row.kind === 'http');
  assert.equal(https.length, steps);
  for (const { step, iteration } of https) {
    const name = iteration === -1 ? step : `${step}/${iteration}`;
    assert.equal(outside.counts.get(name), 1, name);
  }
  await assertOnceInRows(bench, id);
}

/** Every step was recorded once, with its first attempt, and nothing is left over. */
async function assertOnceInRows(bench: EngineBench, id: string): Promise<void> {
  for (const row of await bench.readSteps(id)) {
    assert.deepEqual([row.status, row.attempt, row.crashes], ['succeeded', 1, 0]);
  }
  await waitUntil(async () => (await countLeft(bench.db, id)) === 0, {
    what: 'nothing to be left',
  });
}

async function countLeft(db: Queryable, id: string): Promise<number> {
  const { rows } = await db.query({
    name: 'left',
    text: `
      select (select count(*) from chunks where run_id = $1) + (select count(*) from chunk_steps where run_id = $1)
        + (select count(*) from run_messages where run_id = $1)
        + (select count(*) from step_attempts where run_id = $1) as left`,
    values: [id],
  });
  return Number(rows[0].left);
}

async function countChunks(db: Queryable): Promise<number> {
  const { rows } = await db.query({ name: 'chunks', text: 'select count(*) as count from chunks' });
  return Number(rows[0].count);
}

describe('a fan-out wider than the slots of its holder', () => {
  for (const [what, yaml] of [
    ['branches', branches(STEPS)],
    ['items of a map', ITEMS],
  ] as const) {
    for (const others of [1, 2]) {
      it(`of ${what} keeps all slots of ${others + 1} workers busy, each step done once`, async (t) => {
        const outside = createOutside();
        const bench = await createEngineBench(t, outside.http);
        const id = await bench.submit(yaml);
        const holder = bench.start({ slots: 4 });
        const done = holder.work(id);
        await outside.untilOpen(4);
        const engines = [holder];
        for (let n = 0; n < others; n++) engines.push(bench.start({ slots: 3 }));
        introduce(...engines);
        await untilAllBusy(outside, engines, 4);
        outside.answerAll('ok');
        await untilEnded(bench, engines, id);
        await done;
        await assertOnce(bench, outside, id, STEPS);
      });
    }
  }

  it('gives the items of a map their own values, and takes their outputs in order', async (t) => {
    const bench = await createEngineBench(t, ({ with: { url } }, workerId) => ({ url, workerId }));
    const id = await bench.submit(ITEMS);
    const holder = bench.start({ lanes: NO_HTTP });
    const guests = [bench.start({ slots: 8, maxRuns: 0 }), bench.start({ slots: 8, maxRuns: 0 })];
    introduce(holder, ...guests);
    void holder.work(id);
    const { output } = await untilEnded(bench, [holder, ...guests], id);
    const urls = (output as { url: string }[]).map(({ url }) => url);
    assert.deepEqual(
      urls,
      Array.from({ length: STEPS }, (_, n) => `http://x/${n}`),
    );
  });

  it('is spread by what workers tell each other, without anybody looking at the clock', async (t) => {
    const bench = await createEngineBench(t, () => sleep(30));
    const calls = new Map<string, number>();
    const count = (id: string) => void calls.set(id, (calls.get(id) ?? 0) + 1);
    const id = await bench.submit(branches(STEPS));
    const [holder, ...guests] = [4, 4, 2].map((slots) => bench.start({ slots }));
    introduce(holder!, ...guests);
    await holder!.work(id);
    const rows = await bench.readSteps(id);
    for (const { worker_id: workerId } of rows) count(workerId!);
    assert.equal(rows.length, STEPS);
    for (const { id: workerId, slots } of [holder!, ...guests]) {
      const done = calls.get(workerId) ?? 0;
      assert.ok(done >= (STEPS * slots) / 25, `${done} steps by a worker of ${slots} slots`);
    }
    await assertOnceInRows(bench, id);
  });

  it('is done by its holder alone where there is nobody else, and is not offered', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(branches(30));
    const alone = bench.start({ slots: 4 });
    const done = alone.work(id);
    await untilAllBusy(outside, [alone], 3);
    assert.equal(await countChunks(bench.db), 0);
    outside.answerAll();
    await done;
    await assertOnce(bench, outside, id, 30);
  });

  it('is not offered any further when there are fewer to take it than before', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(branches(40));
    const alone = bench.start({ slots: 1 });
    alone.othersAre(httpSlots(8));
    const done = alone.work(id);
    const countOffered = async () => {
      const text = 'select count(*) as count from chunk_steps';
      return Number((await bench.db.query({ name: 'offered-steps', text })).rows[0].count);
    };
    // As many as have waited long enough at a look; more only when half of it has been begun.
    const offered = await waitUntil(
      async () => {
        const count = await countOffered();
        return count > 8 && count;
      },
      { what: 'more than half of twice their slots' },
    );
    assert.ok(offered <= 16, `${offered} steps are offered`);
    alone.othersAre(httpSlots(2));
    // It looks every 25 ms.
    await sleep(200);
    assert.equal(await countOffered(), offered);
    outside.answerAll();
    await untilEnded(bench, [alone], id);
    await done;
    await assertOnce(bench, outside, id, 40);
  });

  it('is done by its holder alone when the others go before they have taken anything', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(branches(30));
    const alone = bench.start({ slots: 4 });
    alone.othersAre(httpSlots(8));
    const done = alone.work(id);
    await waitUntil(async () => (await countChunks(bench.db)) > 0, { what: 'an offer' });
    alone.othersAre([]);
    outside.answerAll();
    await untilEnded(bench, [alone], id);
    await done;
    await assertOnce(bench, outside, id, 30);
  });
});

describe('two workers that have each a wide run of their own and steps of the other', () => {
  it('offer only what is theirs, and do all of both once', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const first = await bench.submit(branches(60));
    const a = bench.start({ slots: 2 });
    void a.work(first);
    await outside.untilOpen(2);
    const second = await bench.submit(GATED);
    const b = bench.start({ slots: 2 });
    void b.work(second);
    const gate = (await outside.untilOpen(3)).find((call) => call.name === 'gate')!;
    introduce(a, b);
    // A chunk has as many steps as the other has slots, of which one is taken: one waits there …
    await outside.untilOpen(4);
    // … and soon steps of a run of its own beside it.
    gate.answer();
    await waitUntil(async () => (await readOffered(bench.db)).size === 2, {
      what: 'offers of both',
    });
    await untilAllBusy(outside, [a, b], 5);
    outside.answerAll();
    await untilEnded(bench, [a, b], first);
    await untilEnded(bench, [a, b], second);
    await assertOnce(bench, outside, first, 60);
    await assertOnce(bench, outside, second, STEPS + 1);
  });
});

async function readOffered(db: Queryable): Promise<Set<string>> {
  const { rows } = await db.query({ name: 'offered', text: 'select distinct run_id from chunks' });
  return new Set(rows.map((row) => row.run_id));
}

describe('a lane that nobody serves', () => {
  it('keeps its steps ready and offered, until a worker comes that has it', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const id = await bench.submit(`${branches(3)}output: "\${{ steps.s0.output }}"\n`);
    const holder = bench.start({ lanes: NO_HTTP });
    void holder.work(id);
    await untilRun(bench, [holder], id, 'to be offered', () => true);
    await waitUntil(async () => (await countChunks(bench.db)) === 1, { what: 'the offer' });
    for (let look = 0; look < 5; look++) {
      await holder.look('clock');
      await holder.lookAtHanded();
    }
    const rows = await bench.readSteps(id);
    assert.deepEqual(
      rows.map((row) => [row.status, row.attempt]),
      [0, 1, 2].map(() => ['ready', 0]),
    );
    assert.equal((await bench.readRun(id)).worker_id, holder.id);
    const server = bench.start({ maxRuns: 0 });
    const run = await untilEnded(bench, [server], id);
    assert.deepEqual([run.status, run.output], ['succeeded', 'ok']);
  });
});

describe('a step that was offered because all slots were taken', () => {
  it('gets the slot that its worker keeps for workflows that have none, once that is free', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const engine = bench.start({ slots: 2 });
    engine.othersAre(httpSlots(1));
    const wide = await bench.submit(branches(3));
    void engine.work(wide);
    await outside.untilOpen(2);
    const first = await bench.submit(branches(1));
    void engine.work(first);
    const kept = (await outside.untilOpen(3)).at(-1)!;
    const second = await bench.submit(branches(1));
    void engine.work(second);
    await waitUntil(async () => (await readOffered(bench.db)).has(second), { what: 'the offer' });
    kept.answer();
    await untilRun(bench, [engine], first, 'to end', (run) => run.status === 'succeeded');
    await waitUntil(
      async () => {
        await engine.look('clock');
        return outside.open.size === 3;
      },
      { what: 'the step to begin beside those that hang' },
    );
    assert.ok((await readOffered(bench.db)).has(wide), 'the workflow that has slots waits on');
    outside.answerAll();
    for (const id of [wide, second]) await untilEnded(bench, [engine], id);
  });
});
