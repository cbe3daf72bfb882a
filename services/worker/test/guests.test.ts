import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_OUTPUT_BYTES } from '@aio/core/definition/limits';
import { cancelRun } from '@aio/platform/queries/cancel-run';
import type { Queryable } from '@aio/platform/queryable';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { claimChunks } from '@aio/platform/queries/engine/chunks';
import { inTransaction } from '@aio/platform/transaction';
import { StepError } from '../steps/step-kind.ts';
import { failQuery, holdQuery, tellOtherwise } from './failing-queries.ts';
import { introduce, untilEnded, untilOffered } from './follow.ts';
import { ONE, untilRunning } from './hand-out.ts';
import { createOutside } from './outside.ts';
import type { EngineBench, Http } from './start-engine.ts';
import { createEngineBench, NO_HTTP } from './start-engine.ts';

const STEPS = 6;

const SIX = `
name: six
steps:
${Array.from({ length: STEPS }, (_, n) => `  s${n}: { type: http, with: { url: "http://x/" } }`).join('\n')}
`;

const refusal = (retryable: boolean) =>
  new StepError('http_status', 'no\u0000', { retryable, details: { status: 500, body: '\u0000' } });

/** Ways of an attempt to end that is not plainly a success, each for the call's attempt. */
const ENDS: Record<string, { http: Http; step?: string; with?: string }> = {
  'fails for good': {
    http: () => {
      throw refusal(false);
    },
  },
  'fails for good, and is let pass': {
    http: () => {
      throw refusal(false);
    },
    step: 'onFailure: continue',
  },
  'fails for good, and has a fallback': {
    http: () => {
      throw refusal(false);
    },
    step: 'onFailure: { fallback: "instead" }',
  },
  'fails twice, and then succeeds': {
    http: ({ attempt }) => {
      if (attempt < 3) throw refusal(true);
      return attempt;
    },
    step: 'retry: { maxAttempts: 3, delay: 1ms }',
  },
  'fails as often as it may': {
    http: () => {
      throw refusal(true);
    },
    step: 'retry: { maxAttempts: 2, delay: 1ms }',
  },
  'breaks in a way that nobody foresaw': {
    http: () => {
      throw new TypeError('oh\ud800');
    },
    step: 'retry: { maxAttempts: 2, delay: 1ms }',
  },
  'gives more than is kept': { http: () => 'x'.repeat(MAX_OUTPUT_BYTES) },
  'gives what is no JSON': { http: () => 1n },
  'gives what is nested too deeply': {
    http: () => JSON.parse('['.repeat(5000) + ']'.repeat(5000)),
  },
  'gives what no text column takes': { http: () => ({ 'a\u0000': '\ud800' }) },
  'gives nothing': { http: () => undefined },
  'does not end within its time': {
    http: () => new Promise(() => {}),
    step: 'timeout: 50ms, retry: { maxAttempts: 2, delay: 1ms }',
  },
  'writes lines of its own': {
    http: ({ log }) => {
      log.info('a\u0000', { attempt: 1 });
      log.warn('b');
      return 'ok';
    },
  },
  'has an expression that fails': { http: () => 'never', with: 'input.missing' },
  'has an expression that gives something else': { http: () => 'never', with: '1' },
};

/** All that is recorded, but for when and where. */
async function readRecord(bench: EngineBench, id: string) {
  const run = await bench.readRun(id);
  const { rows: attempts } = await bench.db.query({
    name: 'attempts',
    text: 'select step, attempt, status, error, usage from step_attempts where run_id = $1 order by attempt',
    values: [id],
  });
  const { rows: logs } = await bench.db.query({
    name: 'logs',
    text: 'select step, attempt, lines, truncated from step_logs where run_id = $1 order by attempt',
    values: [id],
  });
  const steps = (await bench.readSteps(id)).map(
    ({ step, status, resolution, attempt, crashes, output, error }) => {
      return { step, status, resolution, attempt, crashes, output, error };
    },
  );
  for (const { lines } of logs) for (const line of lines) delete line.at;
  return { status: run.status, output: run.output, error: run.error, steps, attempts, logs };
}

async function countLeft(db: Queryable): Promise<number> {
  const { rows } = await db.query({
    name: 'left',
    text: `select (select count(*) from chunks) + (select count(*) from run_messages) as left`,
  });
  return Number(rows[0].left);
}

describe('an attempt in the hands of another worker', () => {
  for (const [what, { http, step = '', with: expression }] of Object.entries(ENDS)) {
    it(`that ${what} is recorded as at home`, async (t) => {
      const bench = await createEngineBench(t, http);
      const url = expression === undefined ? 'http://x/' : `\${{ ${expression} }}`;
      const yaml = `
name: one
steps:
  a: { type: http, with: { url: "${url}" }${step && `, ${step}`} }
output: "\${{ steps.a.status }}"
`;
      const away = await bench.submit(yaml);
      const holder = bench.start({ lanes: NO_HTTP });
      const guest = bench.start({ maxRuns: 0 });
      void holder.work(away);
      await untilEnded(bench, [holder, guest], away);
      await waitUntil(async () => (await countLeft(bench.db)) === 0, {
        what: 'nothing to be left',
      });
      await holder.stop(0);
      await guest.stop(0);
      const atHome = await bench.submit(yaml);
      await bench.finish(bench.start(), atHome);
      assert.deepEqual(await readRecord(bench, away), await readRecord(bench, atHome));
    });
  }

  it('is not followed by another before its server allows it', async (t) => {
    const at: number[] = [];
    const bench = await createEngineBench(t, () => {
      at.push(performance.now());
      if (at.length > 1) return 'ok';
      throw new StepError('http_status', 'later', { retryable: true, retryAfterMs: 400 });
    });
    const id = await bench.submit(`
name: asked-to-wait
steps:
  a: { type: http, with: { url: "http://x/" }, retry: { maxAttempts: 2, delay: 1ms } }
`);
    const engines = [bench.start({ lanes: NO_HTTP }), bench.start({ maxRuns: 0 })];
    void engines[0]!.work(id);
    assert.equal((await untilEnded(bench, engines, id)).status, 'succeeded');
    assert.ok(at[1]! - at[0]! >= 399, String(at));
  });

  it('begins with its being taken, where there is a slot for it', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(SIX);
    const db = holdQuery(bench.db, 'tell-starts');
    const guest = bench.start({ slots: 2, maxRuns: 0, db });
    const holder = bench.start({ lanes: NO_HTTP });
    void holder.work(id);
    const begun = await outside.untilOpen(2);
    const countRunning = async () =>
      (await bench.readSteps(id)).filter(({ status }) => status === 'running').length;
    await waitUntil(async () => (await countRunning()) === 2, { what: 'its holder to know' });
    assert.equal(db.reached(), false);
    for (const call of begun) call.answer();
    await waitUntil(db.reached, { what: 'the next to be told of' });
    outside.answerAll();
    db.go();
    assert.equal((await untilEnded(bench, [holder, guest], id)).status, 'succeeded');
    assert.ok([...outside.counts.values()].every((calls) => calls === 1));
  });

  describe('that begins before there is a slot for it, since they are short there', () => {
    const QUICK = 60;
    const HELD = 20;
    const wide = `
name: wide
steps:
${Array.from({ length: QUICK + HELD }, (_, n) => `  s${n}: { type: http, with: { url: "http://x/" } }`).join('\n')}
`;

    it('is given back uncounted when they are not', async (t) => {
      const outside = createOutside();
      let calls = 0;
      const bench = await createEngineBench(t, (call, workerId) =>
        ++calls <= QUICK ? 'quick' : outside.http(call, workerId),
      );
      const id = await bench.submit(wide);
      const holder = bench.start({ lanes: NO_HTTP });
      const guest = bench.start({ slots: 4, maxRuns: 0 });
      introduce(holder, guest);
      void holder.work(id);
      const countRunning = async () =>
        (await bench.readSteps(id)).filter(({ status }) => status === 'running').length;
      await waitUntil(async () => (await countRunning()) > 4, { what: 'more to begin than run' });
      assert.ok(outside.open.size <= 4);
      await waitUntil(async () => (await countRunning()) === 4, { what: 'them to be given back' });
      const other = bench.start({ maxRuns: 0 });
      // They may have been offered again before it was there.
      other.stepsOffered();
      await outside.untilOpen(HELD);
      outside.answerAll();
      const engines = [holder, guest, other];
      assert.equal((await untilEnded(bench, engines, id)).status, 'succeeded');
      for (const { step, attempt, crashes } of await bench.readSteps(id)) {
        assert.deepEqual([attempt, crashes], [1, 0], step);
      }
      assert.ok([...outside.counts.values()].every((count) => count === 1));
    });

    const late = (report: { startedAtMs: number; finishedAtMs: number }, ms: number) => ({
      ...report,
      startedAtMs: report.startedAtMs + ms,
      finishedAtMs: report.finishedAtMs + ms,
    });

    it('is recorded to have begun when it had its slot', async (t) => {
      const lateMs = 60_000;
      const outside = createOutside();
      const bench = await createEngineBench(t, outside.http);
      const id = await bench.submit(ONE);
      const db = tellOtherwise(bench.db, (body) => JSON.stringify(late(JSON.parse(body), lateMs)));
      const engines = [bench.start({ lanes: NO_HTTP }), bench.start({ maxRuns: 0, db })];
      void engines[0]!.work(id);
      await outside.untilOpen(1);
      await untilRunning(bench, id);
      const startedAt = async () => (await bench.readSteps(id))[0]!.started_at!.getTime();
      const begun = await startedAt();
      outside.answerAll();
      await untilEnded(bench, engines, id);
      assert.ok((await startedAt()) >= begun + lateMs);
    });
  });

  it('does not begin with its being taken while others decide about it', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(SIX);
    const holder = bench.start({ lanes: NO_HTTP });
    void holder.work(id);
    await untilOffered(bench);
    const claim = {
      workerId: holder.id,
      leaseMs: 10_000,
      lanes: ['http'],
      except: [],
      limit: 1,
      begin: STEPS,
    };
    const chunks = await inTransaction(bench.db, async (db) => {
      const text = `select from chunk_steps where step = 's0' for update`;
      await db.query({ name: 'lock', text });
      return claimChunks(bench.db, claim);
    });
    const [first, ...rest] = chunks[0]!.steps;
    assert.deepEqual([first!.step, first!.begun], ['s0', false]);
    assert.ok(rest.length > 0 && rest.every(({ begun }) => begun));
  });

  it('comes back uncounted when its workflow cannot be loaded', async (t) => {
    const bench = await createEngineBench(t, () => 'ok');
    const id = await bench.submit(SIX);
    const db = failQuery(bench.db, 'load-definition');
    const guest = bench.start({ maxRuns: 0, db });
    const holder = bench.start({ lanes: NO_HTTP });
    void holder.work(id);
    assert.equal((await untilEnded(bench, [holder, guest], id)).status, 'succeeded');
    assert.equal(db.left(), 0);
    const rows = await bench.readSteps(id);
    assert.deepEqual(
      rows.map((row) => [row.attempt, row.crashes]),
      rows.map(() => [1, 0]),
    );
  });

  it('is aborted when its run is cancelled, and nothing waits there any more', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(SIX);
    const holder = bench.start({ lanes: NO_HTTP });
    const guest = bench.start({ slots: 2, maxRuns: 0 });
    void holder.work(id);
    await outside.untilOpen(2);
    const { changed } = await cancelRun(bench.db, id, { onlyOwner: null });
    for (const engine of [holder, guest]) for (const one of changed) engine.signalled(one);
    await waitUntil(() => outside.open.size === 0 && holder.heldRuns() === 0, {
      what: 'the abort',
    });
    assert.equal(outside.aborted.length, 2);
    await guest.stop(10_000);
    assert.equal(outside.counts.size, 2);
    const rows = await bench.readSteps(id);
    assert.deepEqual(
      rows.map((row) => row.status),
      Array.from({ length: STEPS }, () => 'cancelled'),
    );
    assert.equal(await countLeft(bench.db), 0);
  });

  it('is aborted when its run fails', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(SIX);
    const engines = [bench.start({ lanes: NO_HTTP }), bench.start({ slots: 3, maxRuns: 0 })];
    void engines[0]!.work(id);
    const [first] = await outside.untilOpen(3);
    first!.fail(refusal(false));
    const run = await untilEnded(bench, engines, id);
    assert.deepEqual([run.status, run.error?.code], ['failed', 'http_status']);
    await waitUntil(() => outside.open.size === 0, { what: 'the others to be aborted' });
    await engines[1]!.stop(10_000);
    const statuses = (await bench.readSteps(id)).map((row) => row.status).sort();
    assert.deepEqual(statuses, [...Array.from({ length: STEPS - 1 }, () => 'cancelled'), 'failed']);
    await waitUntil(async () => (await countLeft(bench.db)) === 0, { what: 'nothing to be left' });
  });
});

describe('a worker that stops with steps of others', () => {
  it('lets those end that run, and gives the rest back uncounted', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(SIX);
    const holder = bench.start({ lanes: NO_HTTP });
    const stopping = bench.start({ slots: 2, maxRuns: 0 });
    void holder.work(id);
    const running = await outside.untilOpen(2);
    const stopped = stopping.stop(60_000);
    const next = bench.start({ maxRuns: 0 });
    // The rest goes to the next one while those two still run.
    await outside.untilOpen(STEPS);
    assert.equal(outside.openOf(next.id).length, STEPS - 2);
    for (const call of running) call.answer('in time');
    await stopped;
    outside.answerAll('later');
    assert.equal((await untilEnded(bench, [holder, next], id)).status, 'succeeded');
    const rows = await bench.readSteps(id);
    assert.deepEqual(
      rows.map((row) => [row.attempt, row.crashes, outside.counts.get(row.step)]),
      rows.map(() => [1, 0, 1]),
    );
    assert.equal(rows.filter((row) => row.output === 'in time').length, 2);
  });

  it('gives those back, uncounted too, that do not end within the grace', async (t) => {
    const outside = createOutside();
    const bench = await createEngineBench(t, outside.http);
    const id = await bench.submit(SIX);
    const holder = bench.start({ lanes: NO_HTTP });
    const stopping = bench.start({ slots: 2, maxRuns: 0 });
    void holder.work(id);
    await outside.untilOpen(2);
    await stopping.stop(0);
    assert.equal(outside.aborted.length, 2);
    outside.answerAll('ok');
    const next = bench.start({ maxRuns: 0 });
    assert.equal((await untilEnded(bench, [holder, next], id)).status, 'succeeded');
    const rows = await bench.readSteps(id);
    assert.deepEqual(
      rows.map((row) => [row.attempt, row.crashes]),
      rows.map(() => [1, 0]),
    );
    const { attempts } = await readRecord(bench, id);
    assert.deepEqual(attempts, []);
  });
});
