import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { createTracing } from '@aio/runtime/tracing';
import { parseAllowedHost } from '../steps/http-addresses.ts';
import { createGuardedAgent } from '../steps/http-agent.ts';
import { createKind } from '../steps/http.ts';
import { createEngineBench, type Http } from './start-engine.ts';

const KB = 1024;
const MB = 1024 * KB;

/** Answers `/<bytes>` with that many bytes of text. */
async function startServer(t: TestContext): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'text/plain').end('x'.repeat(Number(url.slice(1))));
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
  const kind = createKind({ guardedAgent, tracing: createTracing('test') });
  return async (call) => {
    const outcome = await kind.execute(call as never);
    return (outcome as { output: unknown }).output;
  };
}

describe('long outputs', () => {
  it('are read by later steps, more of them than there are places', async (t) => {
    const url = await startServer(t);
    const bench = await createEngineBench(t, realHttp(t));
    const items = Array.from({ length: 20 }, (_, index) => index);
    const id = await bench.submit(`
  almost: { type: http, with: { url: "${url}/${MB - KB}" } }
  each: { type: map, over: ${JSON.stringify(items)}, concurrency: 20, step: { type: http, with: { url: "${url}/${300 * KB}" } } }
  asked: { type: transform, needs: [almost], if: "size(steps.almost.output.body) > 1000", with: { value: "\${{ size(steps.almost.output.body) }}" } }
  lane: { type: http, needs: [each, almost], with: { url: "${url}/\${{ size(steps.almost.output.body) - 1000000 }}" } }
output: ["\${{ steps.asked.output }}", "\${{ size(steps.lane.output.body) }}"]
`);
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
    assert.deepEqual(run.output, [MB - KB, MB - KB - 1_000_000]);
  });

  it('of more than 1 MB fail with an error that names the limit', async (t) => {
    const url = await startServer(t);
    const bench = await createEngineBench(t, realHttp(t));
    const id = await bench.submit(`
  body: { type: http, onFailure: continue, with: { url: "${url}/${MB + 1}" } }
  whole: { type: http, onFailure: continue, with: { url: "${url}/${MB}" } }
output: ["\${{ steps.body.error }}", "\${{ steps.whole.error }}"]
`);
    const { output } = await bench.finish(bench.start(), id);
    const [body, whole] = output as { code: string; message: string }[];
    assert.equal(body!.code, 'response_too_large');
    assert.match(body!.message, /longer than 1048576 bytes/);
    assert.equal(whole!.code, 'output_too_large');
    assert.match(whole!.message, /the limit is 1048576/);
  });

  it('that one expression reads have 4 MB together, in a lane and in the orchestrator', async (t) => {
    const bench = await createEngineBench(t, () => 'x'.repeat(900_000));
    const each = (items: number) =>
      `{ type: map, over: ${JSON.stringify(Array(items).fill(0))}, step: { type: http, with: { url: "http://x/" } } }`;
    const id = await bench.submit(`
  few: ${each(4)}
  many: ${each(5)}
  readFew: { type: transform, needs: [few], with: { value: "\${{ size(steps.few.output) }}" } }
  inline: { type: transform, needs: [many], onFailure: continue, with: { value: "\${{ size(steps.many.output) }}" } }
  lane: { type: http, needs: [many], onFailure: continue, with: { url: "http://x/\${{ size(steps.many.output) }}" } }
output: ["\${{ steps.readFew.output }}", "\${{ steps.inline.error }}", "\${{ steps.lane.error }}"]
`);
    const run = await bench.finish(bench.start(), id);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
    const [few, ...errors] = run.output as [number, ...{ code: string; message: string }[]];
    assert.equal(few, 4);
    for (const { code, message } of errors) {
      assert.equal(code, 'values_too_large');
      assert.match(message, /read 4500010 bytes.*the limit is 4194304/);
    }
  });
});
