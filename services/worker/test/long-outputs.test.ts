import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { AioError } from '@aio/core/errors';
import type { StoredOutputs } from '@aio/platform/outputs/stored-outputs';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { createTracing } from '@aio/runtime/tracing';
import { parseAllowedHost } from '../steps/http-addresses.ts';
import { createGuardedAgent } from '../steps/http-agent.ts';
import { createKind } from '../steps/http.ts';
import { createLongAnswers } from '../steps/long-answers.ts';
import { createEngineBench, type Http } from './start-engine.ts';

const MB = 1024 * 1024;
const ROW = { id: 1, name: 'a row of them' };
const rowsIn = (bytes: number) => Math.floor(bytes / (JSON.stringify(ROW).length + 1)) - 1;

/** Answers `/json/<bytes>` and `/text/<bytes>` with that many bytes. */
async function startServer(t: TestContext): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const [, type, size] = url.split('/');
    const bytes = Number(size);
    const rows = `[${Array.from({ length: rowsIn(bytes) }, () => JSON.stringify(ROW)).join()}]`;
    const body = type === 'json' ? rows.padEnd(bytes) : 'x'.repeat(bytes);
    response.setHeader('content-type', type === 'json' ? 'application/json' : 'text/plain');
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The real kind `http`. */
function realHttp(t: TestContext): Http {
  const guardedAgent = createGuardedAgent({ allowed: [parseAllowedHost('127.0.0.0/8')!] });
  t.after(() => guardedAgent.close());
  const longAnswers = createLongAnswers();
  t.after(() => longAnswers.close());
  const kind = createKind({ guardedAgent, longAnswers, tracing: createTracing('test') });
  return async (call) => {
    const outcome = await kind.execute(call as never);
    return (outcome as { output: unknown }).output;
  };
}

const away = () => Promise.reject(new AioError('output_store_away', 'It is away.'));

describe('long outputs', () => {
  it('of 1 and 10 MB go to the store, and later steps read them', async (t) => {
    const url = await startServer(t);
    const bench = await createEngineBench(t, realHttp(t));
    const id = await bench.submit(`
  one: { type: http, with: { url: "${url}/json/${MB}" } }
  ten: { type: http, with: { url: "${url}/json/${10 * MB}" } }
  text: { type: http, with: { url: "${url}/text/${10 * MB}" } }
  short: { type: http, with: { url: "${url}/json/1000" } }
  read:
    type: transform
    needs: [one, ten, text, short]
    with:
      value:
        one: "\${{ size(steps.one.output.body) }}"
        ten: "\${{ size(steps.ten.output.body) }}"
        last: "\${{ steps.ten.output.body[200000] }}"
        text: "\${{ steps.text.output.headers['content-length'] }}"
  asked: { type: http, needs: [ten], if: "steps.ten.output.status == 200", with: { url: "${url}/json/\${{ size(steps.ten.output.body) }}" } }
output: "\${{ steps.read.output }}"
`);
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
    assert.deepEqual(run.output, {
      one: rowsIn(MB),
      ten: rowsIn(10 * MB),
      last: ROW,
      text: String(10 * MB),
    });
    const steps = new Map((await bench.readSteps(id)).map((row) => [row.step, row]));
    for (const step of ['one', 'ten', 'text', 'asked']) {
      assert.equal(steps.get(step)!.output, null, step);
      assert.ok(steps.get(step)!.output_ref!.bytes > 32 * 1024, step);
      assert.ok(await bench.stored.read(id, steps.get(step)!.output_ref!), step);
    }
    assert.equal(steps.get('short')!.output_ref, null);
    assert.equal((steps.get('short')!.output as { status: number }).status, 200);
  });

  it('of more than 16 MB fail with an error that names the limit', async (t) => {
    const url = await startServer(t);
    const bench = await createEngineBench(t, realHttp(t));
    const id = await bench.submit(`
  body: { type: http, onFailure: continue, with: { url: "${url}/text/${16 * MB + 1}" } }
  whole: { type: http, onFailure: continue, with: { url: "${url}/text/${16 * MB}" } }
output: ["\${{ steps.body.error }}", "\${{ steps.whole.error }}"]
`);
    const { output } = await bench.finish(bench.start(), id);
    const [body, whole] = output as { code: string; message: string }[];
    assert.equal(body!.code, 'response_too_large');
    assert.match(body!.message, /longer than 16777216 bytes/);
    assert.equal(whole!.code, 'output_too_large');
    assert.match(whole!.message, /the limit is 16777216/);
  });

  it('of transforms go to the store, too, and items of a map are read together if there is room', async (t) => {
    const url = await startServer(t);
    const bench = await createEngineBench(t, realHttp(t));
    const id = await bench.submit(`
  made: { type: transform, with: { value: "${'long '.repeat(10_000)}" } }
  few: { type: map, over: [1, 2, 3], step: { type: http, with: { url: "${url}/text/${7 * MB}" } } }
  many: { type: map, over: [1, 2, 3, 4, 5], concurrency: 5, step: { type: http, with: { url: "${url}/text/${8 * MB}" } } }
  readFew: { type: transform, needs: [few], with: { value: "\${{ steps.few.output.map(one, one.status) }}" } }
  readMany: { type: transform, needs: [many], onFailure: continue, with: { value: "\${{ size(steps.many.output) }}" } }
output:
  made: "\${{ size(steps.made.output) }}"
  few: "\${{ steps.readFew.output }}"
  many: "\${{ steps.readMany.error.code }}"
`);
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
    const few = [200, 200, 200];
    assert.deepEqual(run.output, { made: 50_000, few, many: 'values_too_large' });
    const made = (await bench.readSteps(id)).find(({ step }) => step === 'made')!;
    assert.deepEqual([made.output, made.output_ref?.bytes], [null, 50_002]);
  });

  it('wait for a store that is away, without a second call', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, () => `${++calls}`.padEnd(400_000, 'x'));
    let puts = 0;
    const stored: StoredOutputs = {
      ...bench.stored,
      put: (...args) => (++puts < 4 ? away() : bench.stored.put(...args)),
    };
    const id = await bench.submit(`
  lane: { type: http, with: { url: "http://x/" } }
`);
    const run = await bench.finish(bench.start({ stored }), id);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
    const [lane] = await bench.readSteps(id);
    assert.deepEqual([calls, puts, lane!.attempt], [1, 4, 1]);
    assert.ok((await bench.stored.read(id, lane!.output_ref!)).startsWith('"1x'));
  });

  it('are retried if the store stays away; one that fits its row stays there', async (t) => {
    const lengths = { short: 100_000, long: 400_000 };
    const bench = await createEngineBench(t, ({ step }) =>
      'x'.repeat(lengths[step as keyof typeof lengths]),
    );
    let puts = 0;
    const stored: StoredOutputs = {
      ...bench.stored,
      put: (...args) => (++puts < 4 ? away() : bench.stored.put(...args)),
    };
    const retry = 'retry: { maxAttempts: 5, delay: 5ms, backoff: constant }';
    const id = await bench.submit(`
  short: { type: http, with: { url: "http://x/" } }
  long: { type: http, needs: [short], ${retry}, with: { url: "http://x/" } }
`);
    const run = await bench.finish(bench.start({ stored, storePatienceMs: 0 }), id);
    assert.equal(run.status, 'succeeded');
    const [long, short] = await bench.readSteps(id);
    assert.deepEqual([short!.output_ref, String(short!.output).length], [null, 100_000]);
    assert.deepEqual([long!.attempt, long!.output_ref?.bytes], [3, 400_002]);
    const rows = await bench.select('select error from step_attempts where run_id = $1', id);
    for (const { error } of rows) assert.equal(error.code, 'output_store_away');
    assert.match(
      rows[0].error.message,
      /has 400002 bytes, and a row takes at most 262144\..*It is away/,
    );
  });

  it('fail the attempt that cannot read them, with a retry; a condition waits', async (t) => {
    const bench = await createEngineBench(t, () => 'x'.repeat(400_000));
    let reads = 0;
    const stored: StoredOutputs = {
      ...bench.stored,
      read: (...args) => (++reads % 3 ? away() : bench.stored.read(...args)),
    };
    const retry = 'retry: { maxAttempts: 5, delay: 5ms, backoff: constant }';
    const id = await bench.submit(`
  long: { type: http, with: { url: "http://x/" } }
  inline: { type: transform, needs: [long], ${retry}, with: { value: "\${{ size(steps.long.output) }}" } }
  lane: { type: http, needs: [inline], ${retry}, with: { url: "http://x/\${{ size(steps.long.output) }}" } }
  asked: { type: transform, needs: [lane], if: "size(steps.long.output) > 1", with: { value: 1 } }
`);
    const run = await bench.finish(bench.start({ stored }), id);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
    const steps = new Map((await bench.readSteps(id)).map((row) => [row.step, row]));
    assert.deepEqual(
      ['inline', 'lane', 'asked'].map((step) => steps.get(step)!.attempt),
      [3, 3, 1],
    );
  });

  it('that are lost fail the steps that read them, by name', async (t) => {
    const bench = await createEngineBench(t, () => 'x'.repeat(400_000));
    const stored: StoredOutputs = {
      ...bench.stored,
      async put(...args) {
        const ref = await bench.stored.put(...args);
        rmSync(bench.stored.folder, { recursive: true });
        return ref;
      },
    };
    const id = await bench.submit(`
  long: { type: http, with: { url: "http://x/" } }
  read: { type: transform, needs: [long], with: { value: "\${{ size(steps.long.output) }}" } }
`);
    const run = await bench.finish(bench.start({ stored }), id);
    assert.equal(run.status, 'failed');
    assert.equal(run.error!.code, 'output_missing');
    assert.match(run.error!.message, /could not read the output of step long \(400002 bytes\)/);
  });

  it('whose worker dies between object and row are produced again; no row lacks its object', async (t) => {
    let calls = 0;
    const bench = await createEngineBench(t, () => `${++calls}`.padEnd(400_000, 'x'));
    let isStored = false;
    const dying: StoredOutputs = {
      ...bench.stored,
      async put(...args) {
        await bench.stored.put(...args);
        isStored = true;
        return new Promise(() => undefined);
      },
    };
    const id = await bench.submit(`
  long: { type: http, with: { url: "http://x/" } }
  read: { type: transform, needs: [long], with: { value: "\${{ size(steps.long.output) }}" } }
`);
    const first = bench.start({ stored: dying });
    await bench.send(id);
    await waitUntil(() => isStored, { what: 'the object to be there' });
    const [before] = await bench.readSteps(id);
    assert.deepEqual([before!.status, before!.output_ref], ['running', null]);
    await first.vanish();
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.status, 'succeeded');
    const [long] = await bench.readSteps(id);
    // BullMQ may deliver a job of the dead worker again, which adds an attempt.
    assert.ok(long!.crashes >= 1);
    assert.equal(long!.attempt, long!.crashes + 1);
    const kept = await bench.stored.read(id, long!.output_ref!);
    assert.ok(kept.startsWith(`"${long!.attempt}x`), 'the output of the last attempt');
    const [day] = readdirSync(bench.stored.folder);
    assert.equal(readdirSync(join(bench.stored.folder, day!)).length, long!.attempt);
  });
});
