import assert from 'node:assert/strict';
import type { CallCounts } from '../calls.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createSimulator, type Simulator } from '../server.ts';

describe('the simulator over HTTP', () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await createSimulator({ dials: { latencyMs: 0 } });
  });
  beforeEach(() => fetch(`${simulator.url}/calls`, { method: 'DELETE' }));
  after(() => simulator.close());

  test('work takes its time, returns its bytes and counts calls by key', async () => {
    const startedAt = performance.now();
    const headers = { 'idempotency-key': 'run-step-0' };
    const slower = { ...headers, 'x-simulator-dials': '{"workMs": 60}' };
    const response = await fetch(`${simulator.url}/work?ms=60&bytes=100`, { headers: slower });
    const body = (await response.json()) as { padding: string };
    assert.ok(performance.now() - startedAt >= 110);
    assert.equal(body.padding.length, 100);
    await fetch(`${simulator.url}/work`, { headers, method: 'POST', body: 'any text' });

    const calls = (await (await fetch(`${simulator.url}/calls`)).json()) as CallCounts;
    const { tookMs, ...counts } = calls;
    assert.deepEqual(counts, { total: 2, byPath: { '/work': 2 }, byKey: { 'run-step-0': 2 } });
    assert.ok(tookMs['run-step-0']! > 0);
  });

  test('a held call is counted and waits until its name is released; a later one does not wait', async () => {
    const holds = async (method = 'GET') =>
      (await fetch(`${simulator.url}/holds?name=gate`, { method })).json();
    const left = new AbortController();
    const leaver = fetch(`${simulator.url}/work?hold=gate`, { signal: left.signal });
    const held = fetch(`${simulator.url}/work?hold=gate`);
    while (((await holds()) as { gate?: number }).gate !== 2);
    left.abort();
    await assert.rejects(leaver);
    while (((await holds()) as { gate?: number }).gate !== 1);
    await holds('DELETE');
    assert.equal((await held).status, 200);
    assert.equal((await fetch(`${simulator.url}/work?hold=gate`)).status, 200);
    assert.deepEqual(await holds(), { gate: 0 });
  });

  test('a model has its own dials; a held stream goes on when its name is released', async () => {
    const dials = { models: { slow: { holdAfterTokens: 2, outputTokens: 3 } } };
    const ask = async (model: string) => {
      const response = await fetch(`${simulator.url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer any',
          'content-type': 'application/json',
          'x-simulator-dials': JSON.stringify(dials),
        },
        body: JSON.stringify({
          model,
          stream: true,
          messages: [{ role: 'user', content: 'Why?' }],
        }),
      });
      return (await response.text()).match(/"content":"[^"]/g)?.length ?? 0;
    };
    assert.ok((await ask('quick')) > 3);
    const asked = ask('slow');
    const holds = async (method = 'GET') =>
      (await fetch(`${simulator.url}/holds?name=tokens`, { method })).json();
    while (((await holds()) as { tokens?: number }).tokens !== 1);
    await holds('DELETE');
    assert.equal(await asked, 3);
  });

  test('an echo returns the request, and stores it', async () => {
    const authorization = `Basic ${Buffer.from('me:a b').toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': 'k' };
    const send = () => {
      const url = `${simulator.url}/echo/400/below?fail=1`;
      return fetch(url, { method: 'POST', headers, body: '{"a":1}' });
    };
    assert.equal((await send()).status, 503);
    const response = await send();
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('x-echo'), authorization);
    const answer = (await response.json()) as Record<string, unknown> & { headers: object };
    assert.deepEqual([answer['body'], answer['decoded']], [{ a: 1 }, 'me:a b']);
    const text = JSON.stringify(answer['error']);
    assert.ok(text.includes(authorization));
    assert.ok(String(answer['form']).includes(encodeURIComponent(authorization.slice(6))));
    assert.deepEqual(simulator.echoed().at(-1), {
      method: 'POST',
      path: '/echo/400/below',
      headers: answer.headers,
      body: { a: 1 },
    });
  });

  test('an endless body continues until the client leaves', async () => {
    const response = await fetch(`${simulator.url}/endless`);
    let bytes = 0;
    for await (const piece of response.body as ReadableStream<Uint8Array>) {
      bytes += piece.length;
      if (bytes > 1_000_000) break;
    }
    assert.ok(bytes > 1_000_000);
  });

  test('work beyond its limits is refused, and the error names them', async () => {
    for (const query of ['bytes=67108865', 'ms=2147483648', 'fail=-1']) {
      const response = await fetch(`${simulator.url}/work?${query}`);
      assert.equal(response.status, 400);
      assert.match(await response.text(), /ms \(up to 2147483647\), bytes \(up to 67108864\)/);
    }
  });

  test('the first calls of a key fail as often as asked', async () => {
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1)
      statuses.push((await fetch(`${simulator.url}/work?fail=2&key=shaky`)).status);
    assert.deepEqual(statuses, [503, 503, 200, 200]);
  });

  test('POST /dials sets dials for all requests, a header for one', async () => {
    const turned = { 'x-simulator-dials': '{"faults":{"serverError":1}}' };
    assert.equal((await fetch(`${simulator.url}/work`, { headers: turned })).status, 500);
    assert.equal((await fetch(`${simulator.url}/work`)).status, 200);

    const turn = (body: string) => fetch(`${simulator.url}/dials`, { method: 'POST', body });
    assert.equal((await turn('{"faults":{"serverError":1}}')).status, 200);
    assert.equal((await fetch(`${simulator.url}/work`)).status, 500);
    assert.equal((await turn('{"faults":{"serverError":0}}')).status, 200);
    const wrong = await turn('{"latency":1}');
    assert.equal(wrong.status, 400);
    assert.match(await wrong.text(), /unknown dial latency/);
  });

  test('pages of other sites do not turn the dials', async () => {
    const { port } = new URL(simulator.url);
    const turn = async (headers: Record<string, string>) => {
      const sent = request({ port, method: 'POST', path: '/dials', headers, agent: false });
      const [answer] = (await once(sent.end('{"latencyMs":1}'), 'response')) as [IncomingMessage];
      return answer.resume().statusCode;
    };
    assert.equal(await turn({ origin: 'https://evil.example' }), 403);
    assert.equal(await turn({ host: `evil.example:${port}` }), 403);
    assert.equal(await turn({ host: `localhost:${port}` }), 200);
  });

  test('a reset breaks the connection, a hang lasts until the client leaves', async () => {
    const dialed = (faults: object) => ({ 'x-simulator-dials': JSON.stringify({ faults }) });
    await assert.rejects(fetch(`${simulator.url}/work`, { headers: dialed({ reset: 1 }) }));
    const signal = AbortSignal.timeout(100);
    await assert.rejects(fetch(`${simulator.url}/work`, { headers: dialed({ hang: 1 }), signal }), {
      name: 'TimeoutError',
    });
  });

  test('the incident: state, logs, and a notice delivered once', async () => {
    const read = async (path: string) => (await fetch(simulator.url + path)).json();
    const status = (await read('/api/status?service=checkout-api')) as {
      services: { name: string }[];
    };
    const names = status.services.map(({ name }) => name);
    assert.deepEqual(names, ['checkout-api', 'payment-gateway', 'session-store']);
    const logs = (await read('/api/services/payment-gateway/logs')) as { lines: string[] };
    assert.match(logs.lines.join(), /pool exhausted/);

    const notify = async () => {
      const headers = { 'idempotency-key': 'notice-1', 'content-type': 'application/json' };
      const body = JSON.stringify({ text: 'look' });
      const response = await fetch(`${simulator.url}/notify`, { method: 'POST', headers, body });
      return (await response.json()) as { delivered: boolean };
    };
    assert.equal((await notify()).delivered, true);
    assert.equal((await notify()).delivered, false);
  });

  test('an unknown path is 404, invalid JSON is 400', async () => {
    assert.equal((await fetch(`${simulator.url}/nothing`)).status, 404);
    const headers = { 'content-type': 'application/json' };
    const broken = { method: 'POST', headers, body: '{' };
    assert.equal((await fetch(`${simulator.url}/notify`, broken)).status, 400);
  });
});

describe('the process', () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const run = (env: Record<string, string>) =>
    spawn(process.execPath, [main], { env: { ...process.env, PORT: '0', ...env } });

  test('says where it listens and stops on SIGTERM with exit code 0', async (t) => {
    const child = run({});
    t.after(() => child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { msg, url } = JSON.parse(String(line).split('\n')[0] ?? '') as Record<string, string>;
    assert.equal(msg, 'listening');
    assert.equal((await fetch(`${url}/health`)).status, 200);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 0);
  });

  test('names every wrong variable and exits with 78', async () => {
    const child = run({ PORT: 'http', SIMULATOR_DIALS: '{"speed":1}' });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += String(chunk)));
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 78);
    assert.match(
      complaint,
      /PORT=http: expected a port[^\n]*\nSIMULATOR_DIALS=.*unknown dial speed/,
    );
  });
});
