import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_RUN_DEPTH } from '@aio/core/definition/limits';
import { cancelRun } from '@aio/platform/queries/runs/cancel-run';
import { listRuns } from '@aio/platform/queries/runs/list-runs';
import { waitUntil } from '@aio/platform/testing/wait-until';
import {
  approvalsOf,
  decide,
  ONE_CALL,
  storeWorkflows,
  untilEnded,
  untilReleased,
  untilStep,
} from './follow.ts';
import type { RunRow } from './engine-rows.ts';
import { createEngineBench, type EngineBench } from './start-engine.ts';
import { pluck } from '@aio/platform/testing/pluck';

const DOUBLE = `
  a: { type: transform, with: { value: "\${{ input.n * 2 }}" } }
title: Twice \${{ input.n }}
labels: { n: "\${{ input.n }}" }
input: { type: object, required: [n] }
output: "\${{ steps.a.output }}"
`;
const BROKEN = `
  a: { type: transform, with: { value: "\${{ input.nothing.here }}" } }
`;
const ASKING = `
  ask: { type: approval }
`;

/** A workflow with a step that runs another workflow. */
function parentOf(workflow: string, more = ''): string {
  return `
  child:
    type: workflow
    with: { workflow: ${workflow}, input: "\${{ input }}" }
${more.replaceAll(/^/gm, '    ')}
  after: { type: transform, needs: [child], with: { value: "\${{ steps.child.output }}" } }
output: "\${{ steps.after.output }}"
`;
}

/** Child runs, latest first. */
async function childrenOf(bench: EngineBench, parentRunId: string) {
  return (await listRuns(bench.db, { limit: 200, cursor: null, parentRunId })).items;
}

function codeOf(run: RunRow): string | undefined {
  return run.error?.code;
}

describe('a step that runs another workflow', () => {
  it('has the output of that run, and is released meanwhile', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    bench.start();
    await storeWorkflows(bench, { double: DOUBLE, asking: ASKING });
    const waiting = await bench.submit(parentOf('asking'));
    const parked = await untilReleased(bench, waiting);
    assert.equal(parked.worker_id, null);
    const [asking] = await childrenOf(bench, waiting);
    assert.deepEqual(asking?.parent, { runId: waiting, step: 'child', iteration: -1 });

    const run = await untilEnded(bench, await bench.submit(parentOf('double'), { n: 21 }));
    assert.deepEqual([run.status, run.output], ['succeeded', 42]);
    const [double] = await childrenOf(bench, run.id);
    assert.deepEqual([double?.title, double?.labels], ['Twice 21', { n: '21' }]);
  });

  it('fails with the run, and retries with another one', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    await storeWorkflows(bench, { broken: BROKEN });
    const retry = 'retry: { maxAttempts: 3, backoff: constant, delay: 1ms }';
    const id = await bench.submit(parentOf('broken', retry));
    const run = await untilEnded(bench, id);
    const children = await childrenOf(bench, id);
    assert.deepEqual(pluck(children, 'status'), ['failed', 'failed', 'failed']);
    const { code, runId, cause } = run.error as unknown as Record<string, unknown>;
    assert.deepEqual([code, runId], ['child_failed', children[0]!.id]);
    assert.equal((cause as { code: string }).code, 'expression_missing_key');
    const [, child] = await bench.readSteps(id);
    assert.deepEqual([child?.step, child?.attempt, child?.status], ['child', 3, 'failed']);
  });

  it('fails when that run is cancelled', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    await storeWorkflows(bench, { asking: ASKING });
    const id = await bench.submit(parentOf('asking'));
    await untilReleased(bench, id);
    const [child] = await childrenOf(bench, id);
    await cancelRun(bench.db, child!.id, { onlyOwner: null });
    assert.equal(codeOf(await untilEnded(bench, id)), 'child_cancelled');
  });

  it('is rejected with that run, without a retry', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    await storeWorkflows(bench, { asking: ASKING });
    const id = await bench.submit(parentOf('asking', 'retry: { maxAttempts: 3, delay: 1ms }'));
    await untilReleased(bench, id);
    const [asked] = await waitUntil(
      async () => {
        const approvals = await approvalsOf(bench, 'pending');
        return approvals.length > 0 && approvals;
      },
      { what: 'the approval of the child run' },
    );
    await decide(bench, asked!.id, 'rejected');
    assert.equal(codeOf(await untilEnded(bench, id)), 'rejected');
    assert.equal((await childrenOf(bench, id)).length, 1);
  });

  it('starts no run that the API would refuse', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    await storeWorkflows(bench, { double: DOUBLE });
    for (const [workflow, code] of [
      ['nowhere', 'unknown_workflow'],
      ['double', 'invalid_input'],
    ] as const) {
      const id = await bench.submit(parentOf(workflow, 'retry: { maxAttempts: 3 }'));
      assert.equal(codeOf(await untilEnded(bench, id)), code);
      assert.deepEqual(await childrenOf(bench, id), []);
    }
  });

  it('cancels the run that it no longer waits for, and retries with another one', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    bench.start();
    await storeWorkflows(bench, { asking: ASKING });
    const id = await bench.submit(
      parentOf('asking', 'timeout: 4s\nretry: { maxAttempts: 2, delay: 1ms }'),
    );
    assert.equal(codeOf(await untilEnded(bench, id)), 'timeout');
    const children = await childrenOf(bench, id);
    assert.equal(children.length, 2);
    for (const child of children) {
      assert.equal((await untilEnded(bench, child.id)).status, 'cancelled');
    }
  });

  it('ends with its run, with everything below it, also running steps', async (t) => {
    const aborted = Promise.withResolvers<void>();
    const bench = await createEngineBench(t, async ({ signal }) => {
      signal.addEventListener('abort', () => aborted.resolve());
      await aborted.promise;
    });
    const engines = [bench.start(), bench.start()];
    await storeWorkflows(bench, { working: ONE_CALL, middle: parentOf('working') });
    const id = await bench.submit(parentOf('middle'));
    await untilReleased(bench, id);
    const [middle] = await childrenOf(bench, id);
    await untilReleased(bench, middle!.id);
    const [leaf] = await childrenOf(bench, middle!.id);
    await untilStep(bench, leaf!.id, 'a', 'running');
    const { ended } = await cancelRun(bench.db, id, { onlyOwner: null });
    const ids = ended.map((run) => run.id);
    assert.deepEqual(new Set(ids), new Set([id, middle!.id, leaf!.id]));
    for (const run of ids) {
      assert.equal((await bench.readRun(run)).status, 'cancelled');
      for (const engine of engines) engine.changed(run);
    }
    await aborted.promise;
  });

  it('ends if another step fails its run', async (t) => {
    const { promise: childIsThere, resolve } = Promise.withResolvers<void>();
    const bench = await createEngineBench(t, () => childIsThere);
    bench.start();
    await storeWorkflows(bench, { asking: ASKING });
    const id = await bench.submit(`
  child: { type: workflow, with: { workflow: asking } }
  pause: { type: http, with: { url: "http://x/" } }
  bad: { type: transform, needs: [pause], with: { value: "\${{ input.nothing.here }}" } }
`);
    await untilStep(bench, id, 'child', 'waiting');
    resolve();
    const run = await untilEnded(bench, id);
    assert.equal(run.status, 'failed');
    const [child] = await childrenOf(bench, id);
    assert.equal((await untilEnded(bench, child!.id)).status, 'cancelled');
  });

  it('can be a map item, with outputs in order', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    bench.start();
    await storeWorkflows(bench, { double: DOUBLE });
    const input = Array.from({ length: 25 }, (_, n) => n);
    const id = await bench.submit(
      `
  each:
    type: map
    over: "\${{ input }}"
    concurrency: 7
    step: { type: workflow, with: { workflow: double, input: { n: "\${{ item }}" } } }
output: "\${{ steps.each.output }}"
`,
      input,
    );
    const run = await untilEnded(bench, id);
    assert.deepEqual(
      run.output,
      input.map((n) => n * 2),
    );
    assert.equal((await childrenOf(bench, id)).length, input.length);
  });

  it('can run its own workflow, until a condition or the limit ends it', async (t) => {
    const bench = await createEngineBench(t);
    bench.start();
    const counting = `
  less:
    type: workflow
    if: input.n > 0
    with: { workflow: counting, input: { n: "\${{ input.n - 1 }}" } }
output: "\${{ input.n == 0 ? 0 : steps.less.output + 1 }}"
`;
    await storeWorkflows(bench, { counting });
    const fine = await bench.submit(counting, { n: 4 });
    assert.equal((await untilEnded(bench, fine)).output, 4);
    const endless = await bench.submit(counting, { n: 1_000 });
    const run = await untilEnded(bench, endless);
    assert.equal(codeOf(run), 'child_failed');
    assert.match(JSON.stringify(run.error), /"code":"too_deep"/);
    const [row] = await bench.select('select max(depth) as depth from runs');
    assert.equal(row.depth, MAX_RUN_DEPTH - 1);
  });
});
