import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { readRun } from '@aio/platform/testing/read-run';
import { listApprovals } from '@aio/platform/queries/waits/list-approvals';
import { StepError } from '@aio/core/run/step-outcome';
import { createEngineBench } from './start-engine.ts';
import { ONE_CALL } from './follow.ts';
import { pluck } from '@aio/platform/testing/pluck';

const byStep = <Row extends { step: string; iteration: number }>(rows: Row[]) =>
  Object.fromEntries(rows.filter((row) => row.iteration === -1).map((row) => [row.step, row]));

describe('engine', () => {
  it('runs a diamond, passes outputs on and evaluates the output of the run', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(
      `
  a: { type: transform, with: { value: "\${{ input.n + 1 }}" } }
  b: { type: transform, needs: [a], with: { value: "\${{ steps.a.output * 2 }}" } }
  c: { type: transform, needs: [a], with: { value: "\${{ steps.a.output * 3 }}" } }
  d: { type: transform, needs: [b, c], with: { value: "\${{ steps.b.output + steps.c.output }}" } }
output: { sum: "\${{ steps.d.output }}" }
`,
      { n: 1 },
    );
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.status, 'succeeded');
    assert.deepEqual(run.output, { sum: 10 });
    assert.equal(run.steps_done, 4);
    assert.equal(run.worker_id, null);
    const steps = byStep(await bench.readSteps(id));
    assert.ok(steps.d!.started_at! >= steps.b!.finished_at!);
  });

  it('numbers every change of the run once', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(`
  a: { type: transform, with: { value: 1 } }
  b: { type: transform, needs: [a], if: "false", with: { value: 1 } }
`);
    const run = await bench.finish(bench.start(), id);
    const rows = await bench.select(
      `select n from (
         select unnest(array[started_seq, finished_seq]) as n from runs where id = $1
         union all select unnest(array[started_seq, finished_seq]) from steps where run_id = $1
       ) as numbers where n is not null order by n`,
      id,
    );
    assert.deepEqual(pluck(rows, 'n'), [2, 3, 4, 5, 6]);
    assert.equal(run.event_seq, 6);
  });

  it('keeps each attempt, and fails the run when retries are used up', async (t) => {
    let calls = 0;
    const keys = new Set<string>();
    const bench = await createEngineBench(t, ({ idempotencyKey, with: given }) => {
      calls++;
      keys.add(idempotencyKey);
      if (calls < 3 || given.url === 'http://never/') {
        throw new StepError('http_status', 'no', { retryable: true });
      }
      return { calls };
    });
    const yaml = (url: string) => `
  a: { type: http, with: { url: "${url}" }, retry: { maxAttempts: 3, delay: 5ms, backoff: constant } }
  b: { type: transform, needs: [a], with: { value: 1 } }
`;
    const engine = bench.start();
    const good = await bench.submit(yaml('http://twice/'));
    assert.equal((await bench.finish(engine, good)).status, 'succeeded');
    assert.equal(keys.size, 1);
    assert.equal(byStep(await bench.readSteps(good)).a!.attempt, 3);
    const rows = await bench.select(
      `select attempt, status, error ->> 'code' as code, started_seq < finished_seq as ordered
       from step_attempts where run_id = $1 order by attempt`,
      good,
    );
    const attempt = { status: 'failed', code: 'http_status', ordered: true };
    assert.deepEqual(rows, [
      { attempt: 1, ...attempt },
      { attempt: 2, ...attempt },
    ]);

    const bad = await bench.submit(yaml('http://never/'));
    const failed = await bench.finish(engine, bad);
    assert.equal(failed.status, 'failed');
    assert.equal(failed.error?.code, 'http_status');
    const steps = byStep(await bench.readSteps(bad));
    assert.equal(steps.a!.status, 'failed');
    assert.equal(steps.b!.status, 'cancelled');
  });

  it('maps over items in order, within the concurrency', async (t) => {
    let running = 0;
    let most = 0;
    const three = Promise.withResolvers<void>();
    const bench = await createEngineBench(t, async ({ iteration }) => {
      most = Math.max(most, ++running);
      if (running === 3) three.resolve();
      await three.promise;
      await new Promise((resolve) => setTimeout(resolve, 20 + (iteration! % 3)));
      running--;
      return iteration! * 10;
    });
    const id = await bench.submit(
      `
  each:
    type: map
    over: "\${{ input.items }}"
    concurrency: 3
    step: { type: http, with: { url: "\${{ 'http://x/' + item + '/' + string(index) }}" } }
  all: { type: transform, needs: [each], with: { value: "\${{ steps.each.output }}" } }
output: "\${{ steps.all.output }}"
`,
      { items: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    );
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
    assert.deepEqual(run.output, [0, 10, 20, 30, 40, 50, 60]);
    assert.equal(most, 3);
    assert.equal(run.steps_total, 9);
    assert.equal(run.steps_done, 9);
  });

  it('continues after a failure with onFailure: continue', async (t) => {
    const bench = await createEngineBench(t, () => {
      throw new StepError('http_status', 'no', { retryable: false });
    });
    const id = await bench.submit(`
  a: { type: http, with: { url: "http://x/" }, onFailure: continue }
  b: { type: http, with: { url: "http://x/" }, onFailure: continue }
  needs_a: { type: transform, needs: [a], with: { value: 1 } }
  settled:
    type: transform
    needs: [a, b]
    join: all_settled
    with: { value: "\${{ steps.a.status + ' ' + steps.a.error.code + ' ' + (steps.b.output == null ? 'replaced' : steps.b.output) }}" }
output: "\${{ steps.settled.output }}"
`);
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.output, 'failed http_status replaced', JSON.stringify(run.error));
    const steps = byStep(await bench.readSteps(id));
    assert.equal(steps.needs_a!.status, 'skipped');
  });

  it('releases a waiting run, and claims it when it is due', async (t) => {
    const bench = await createEngineBench(t);
    const engine = bench.start();
    const id = await bench.submit(`
  pause: { type: delay, with: { duration: 1500ms } }
  after: { type: transform, needs: [pause], with: { value: done } }
output: "\${{ steps.after.output }}"
`);
    await engine.work(id);
    const parked = await bench.readRun(id);
    assert.equal(parked.status, 'waiting');
    assert.equal(parked.worker_id, null);
    assert.equal(engine.heldRuns(), 0);
    assert.equal((await bench.finish(engine, id)).output, 'done');
  });

  it('takes over a run whose worker died, and counts the crash separately', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, async ({ signal }) => {
      calls++;
      if (calls === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return calls;
    });
    const id = await bench.submit(`
  a: { type: http, with: { url: "http://x/" } }
  b: { type: transform, needs: [a], with: { value: "\${{ steps.a.output }}" } }
output: "\${{ steps.b.output }}"
`);
    const dead = bench.start({ leaseMs: 600_000 });
    void dead.work(id);
    await waitUntil(() => calls === 1, { what: 'the first attempt' });
    await dead.vanish();
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.output, 2);
    const { a } = byStep(await bench.readSteps(id));
    assert.equal(a!.attempt, 2);
    assert.equal(a!.crashes, 1);
    // The first worker learns of the takeover at its next heartbeat, and writes nothing more.
    await dead.beat();
    await waitUntil(() => dead.heldRuns() + dead.executing() === 0, {
      what: 'the first worker to drop the run',
    });
    assert.equal((await bench.readRun(id)).output, 2);
  });

  it('gives running steps back when it stops, without counting the attempt', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, async ({ signal }) => {
      calls++;
      if (calls === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 'ok';
    });
    const id = await bench.submit(ONE_CALL);
    const first = bench.start();
    void first.work(id);
    await waitUntil(() => calls === 1, { what: 'the first attempt' });
    await first.stop(10);
    const handed = await bench.readRun(id);
    assert.equal(handed.status, 'running');
    assert.equal(handed.worker_id, null);
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.output, 'ok');
    assert.equal(byStep(await bench.readSteps(id)).a!.attempt, 1);
    assert.equal(byStep(await bench.readSteps(id)).a!.crashes, 0);
  });

  it('counts an attempt of unknown price that times out', async (t) => {
    const model = { provider: 'openai', model: 'gpt-0', mode: null, timeToFirstTokenMs: null };
    const bench = await createEngineBench(t, (call) => {
      call.readUsage = () => ({ ...model, costUsd: null });
      return new Promise((resolve) => setTimeout(resolve, 60_000).unref());
    });
    const id = await bench.submit(`
  a: { type: http, with: { url: "http://x/" }, timeout: 20ms, retry: { maxAttempts: 2, delay: 1ms } }
`);
    assert.equal((await bench.finish(bench.start(), id)).error?.code, 'timeout');
    const detail = await readRun(bench.db, id);
    assert.deepEqual([detail.unpricedCalls, detail.usage.unpricedCalls], [2, 2]);
  });

  it('ends a step and a run at their timeouts', async (t) => {
    const bench = await createEngineBench(
      t,
      () => new Promise((resolve) => setTimeout(resolve, 60_000).unref()),
    );
    const engine = bench.start();
    const step = await bench.submit(`
  a: { type: http, with: { url: "http://x/" }, timeout: 20ms }
`);
    assert.equal((await bench.finish(engine, step)).error?.code, 'timeout');
    const run = await bench.submit(`
  a: { type: http, with: { url: "http://x/" } }
timeout: 50ms
`);
    await bench.select(
      `update runs set deadline_at = now() + interval '50 milliseconds' where id = $1`,
      run,
    );
    assert.equal((await bench.finish(engine, run)).error?.code, 'run_timeout');
  });

  it('stores a text with a NUL character without harm to other runs', async (t) => {
    const bench = await createEngineBench(t, () => ({ text: 'a\u0000b' }));
    const id = await bench.submit(ONE_CALL);
    const run = await bench.finish(bench.start(), id);
    assert.deepEqual(run.output, { text: 'a\u0000b' });
  });

  it('fails a run whose definition it cannot read, instead of retrying forever', async (t) => {
    const bench = await createEngineBench(t);
    const id = await bench.submit(`
  a: { type: transform, with: { value: 1 } }
`);
    await bench.select(
      `update workflow_versions set definition = '{"name":"x","steps":{"a":{"type":"teleport"}}}'`,
    );
    assert.equal((await bench.finish(bench.start(), id)).error?.code, 'unreadable');
  });

  for (const what of ['message: X', 'approver: { user: X }', 'approver: { role: X }']) {
    it(`fails an approval with text that the database cannot store: ${what}`, async (t) => {
      const bench = await createEngineBench(t);
      const id = await bench.submit(
        `
  ask: { type: approval, with: { ${what.replace('X', '"${{ parseJson(input.text) }}"')} } }
`,
        { text: JSON.stringify('a\u0000b\ud83d') },
      );
      const run = await bench.finish(bench.start(), id);
      assert.deepEqual([run.status, run.error?.code], ['failed', 'unstorable_text']);
      const page = { status: null, limit: 10, cursor: null };
      const viewer = { subject: 'sub-x', name: 'x', roles: ['x'] };
      assert.deepEqual((await listApprovals(bench.db, { ...page, viewer })).items, []);
    });
  }

  it('limits a name or a role to what the login service accepts', async (t) => {
    const bench = await createEngineBench(t);
    const ask = (approver: string) =>
      bench.submit(`\n  ask: { type: approval, with: { approver: { ${approver} } } }\n`, {
        text: 'x'.repeat(200_000),
      });
    const engine = bench.start();
    for (const approver of ['user: "${{ input.text }}"', 'role: "${{ input.text }}"'])
      assert.equal((await bench.finish(engine, await ask(approver))).error?.code, 'invalid_with');
  });

  it('keeps a run readable if the database cannot store its usage', async (t) => {
    const usage = {
      provider: 'openai',
      model: '\ud83d',
      mode: null,
      inputTokens: 1,
      outputTokens: 2,
      costUsd: null,
      timeToFirstTokenMs: null,
    };
    const bench = await createEngineBench(t, () => {
      throw new StepError('llm_refused', 'no', { retryable: false, usage });
    });
    const id = await bench.submit(`
  a: { type: http, with: { url: "http://x/" }, onFailure: continue }
`);
    await bench.start().work(id);
    const detail = await readRun(bench.db, id);
    assert.equal(detail.usage.outputTokens, 2);
    assert.deepEqual([detail.unpricedCalls, detail.usage.unpricedCalls], [1, 1]);
  });
});
