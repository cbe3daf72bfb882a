import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { EvaluatedWith } from '@aio/core/definition/schema';
import { createRedactor } from '@aio/core/text/redact';
import { createSimulator, type Simulator } from '@aio/llm-simulator/server';
import { createTracing } from '@aio/runtime/tracing';
import { type HttpServer, startHttpServer } from '@aio/tools/testing/http-server';
import type { Agent } from 'undici';
import { parseAllowedHost } from './http-addresses.ts';
import { createGuardedAgent } from './http-agent.ts';
import { createKind } from './http.ts';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepCall, StepKind } from './step-kind.ts';
import { createStepCall, failureOf } from './testing/step-call.ts';
import { pluck } from '@aio/platform/testing/pluck';

type With = EvaluatedWith<'http'>;

describe('http', () => {
  let agent: Agent;
  let kind: StepKind<With>;
  let simulator: Simulator;
  let handler: RequestListener = (_, response) => response.end();
  let server: HttpServer;
  let url: string;

  before(async () => {
    agent = createGuardedAgent({ allowed: [parseAllowedHost('127.0.0.1')!] });
    kind = createKind({ guardedAgent: agent, tracing: createTracing('test') });
    simulator = await createSimulator({ dials: { latencyMs: 0 } });
    server = await startHttpServer((request, response) => handler(request, response));
    ({ url } = server);
  });
  after(async () => {
    await agent.close();
    await simulator.close();
    await server.close();
  });

  async function succeed(step: With): Promise<{ status: number; headers: object; body: unknown }> {
    const outcome = await kind.execute(createStepCall(step));
    assert.ok(outcome.type === 'succeeded');
    return outcome.output as never;
  }

  const fail = (step: With, given: Partial<StepCall<With>> = {}) =>
    failureOf(kind, createStepCall(step, given));

  test('answers with status, headers and parsed JSON; sends its key', async () => {
    const output = await succeed({ url: `${simulator.url}/work?bytes=2`, query: { ms: 1 } });
    assert.equal(output.status, 200);
    assert.equal((output.headers as Record<string, string>)['content-type'], 'application/json');
    assert.deepEqual(output.body, {
      done: true,
      key: '0198c5a0-0000-7000-8000-000000000001-step--1',
      ms: 1,
      calls: 1,
      padding: 'xx',
    });
  });

  test('sends text as it is and anything else as JSON', async () => {
    handler = async (request, response) => {
      const chunks = await request.toArray();
      response.end(`${request.method} ${request.headers['content-type']} ${chunks.join('')}`);
    };
    const post = async (body: unknown) => (await succeed({ url, method: 'POST', body })).body;
    assert.equal(await post('plain'), 'POST undefined plain');
    assert.equal(await post({ a: 1 }), 'POST application/json {"a":1}');
    const typed = { url, method: 'PUT' as const, body: [1], headers: { 'Content-Type': 'text/x' } };
    assert.equal((await succeed(typed)).body, 'PUT text/x [1]');
  });

  test('logs the request and its answer without the query', async () => {
    handler = (_, response) => response.end('ok');
    const call = createStepCall<With>({ url: `${url}/path?token=secret` });
    await kind.execute(call);
    assert.deepEqual(pluck(call.lines, 'level'), ['info']);
    assert.ok(call.lines[0]?.message.startsWith(`GET ${url}/path: 200 in `));
  });

  test('429 and 5xx are retryable, with Retry-After; other 4xx are not', async () => {
    handler = (request, response) => {
      response.writeHead(Number(request.url?.slice(1)), { 'retry-after': '3' }).end('why');
    };
    for (const [status, retryable] of [
      [429, true],
      [503, true],
      [404, false],
      [304, false],
    ] as const) {
      const error = await fail({ url: `${url}/${status}` });
      assert.deepEqual([error.code, error.retryable], ['http_status', retryable], String(status));
      assert.deepEqual([error.retryAfterMs, error.details['status']], [3000, status]);
    }
  });

  test('a body over the limit is not read to the end', async () => {
    let sent = 0;
    handler = (_, response) => {
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
      };
      response.on('drain', write);
      write();
    };
    const { code, retryable } = await fail({ url });
    assert.deepEqual([code, retryable], ['response_too_large', false]);
    assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes`);
  });

  test('a Content-Length over the limit is refused before the body', async () => {
    handler = (_, response) =>
      response.writeHead(200, { 'content-length': '999999999' }).write('x');
    assert.equal((await fail({ url })).code, 'response_too_large');
  });

  test('invalid JSON is a bad response', async () => {
    handler = (_, response) =>
      response.writeHead(200, { 'content-type': 'application/problem+json' }).end('{"a":');
    const { code, retryable } = await fail({ url });
    assert.deepEqual([code, retryable], ['bad_response', true]);
  });

  test('broken and refused connections are retryable', async () => {
    simulator.turn({ faults: { reset: 1 } });
    const reset = await fail({ url: `${simulator.url}/work` });
    simulator.turn({ faults: { reset: 0, halfBody: 1 } });
    const half = await fail({ url: `${simulator.url}/work?bytes=1000` });
    simulator.turn({ faults: { halfBody: 0 } });
    const refused = await fail({ url: 'http://127.0.0.1:1/' });
    for (const { code, retryable } of [reset, half, refused])
      assert.deepEqual([code, retryable], ['network_error', true]);
    assert.equal(refused.details['reason'], 'ECONNREFUSED');
  });

  test('a header that cannot be sent is not retryable', async () => {
    const error = await fail({ url, headers: { 'x-broken': 'a\nb' } });
    assert.equal(error.retryable, false);
  });

  describe('ends when it is aborted', () => {
    const abortSoon = () => {
      const controller = new AbortController();
      const reason = new StepError('timeout', 'over', { retryable: true });
      setTimeout(() => controller.abort(reason), 50);
      return { signal: controller.signal, reason };
    };

    for (const [when, answer] of [
      ['waits for the headers', () => {}],
      ['reads the body', (_, response) => void response.write('some')],
    ] as [string, RequestListener][])
      test(`while it ${when}`, async () => {
        handler = answer;
        const { signal, reason } = abortSoon();
        assert.equal(await fail({ url }, { signal }), reason);
      });
  });

  describe('secrets', () => {
    const secret = `canary-${'x'.repeat(150)}`;
    const redactor = createRedactor([secret]);

    async function failWith(step: With) {
      const call = createStepCall(step, { redactor });
      const error = await failureOf(kind, call);
      // The engine redacts whole texts, but could not recognize a secret that was cut.
      const shown = redactor.text(JSON.stringify([error.message, error.details, call.lines]));
      assert.doesNotMatch(shown, /canary|xxx/);
      return error;
    }

    test('are redacted before an error quotes a part of the body', async () => {
      handler = (_, response) =>
        response.writeHead(400).end(`${'.'.repeat(450)}${secret}${'.'.repeat(450)}`);
      const error = await failWith({ url });
      assert.equal(error.details['body'], `${'.'.repeat(450)}[redacted]${'.'.repeat(40)}`);
    });

    test('are redacted before a wrong address is cut', async () => {
      const location = `http://${' '.repeat(100)}${secret}`;
      handler = (_, response) => response.writeHead(302, { location }).end();
      assert.equal((await failWith({ url })).code, 'bad_url');
    });

    for (const [location, code] of [
      [`ftp://${secret}/`, 'bad_url'],
      [`http://user:${secret}@127.0.0.1/`, 'bad_url'],
      [`http://${secret}.example/`, 'http_redirect'],
      [`http://127.0.0.1:1/?token=${secret}`, 'http_redirect'],
    ] as const)
      test(`do not appear in the error of a redirect to ${location.slice(0, 30)}…`, async () => {
        handler = (_, response) => response.writeHead(302, { location }).end();
        assert.equal((await failWith({ url, method: 'POST' })).code, code);
      });
  });

  describe('redirects', () => {
    /** Answers with a request, at the end of redirects. */
    function redirectTo(location: string, status = 302): string[] {
      const asked: string[] = [];
      handler = (request, response) => {
        asked.push(request.url!);
        if (request.url === '/from') response.writeHead(status, { location }).end();
        else response.end(`${request.method} ${request.headers.authorization}`);
      };
      return asked;
    }

    for (const status of [301, 302, 303, 307, 308])
      test(`a GET follows a ${status} to the same origin with its headers`, async () => {
        redirectTo('/to', status);
        const headers = { authorization: 'Bearer x' };
        assert.equal((await succeed({ url: `${url}/from`, headers })).body, 'GET Bearer x');
      });

    test('a HEAD follows', async () => {
      const asked = redirectTo('/to');
      await succeed({ url: `${url}/from`, method: 'HEAD' });
      assert.deepEqual(asked, ['/from', '/to']);
    });

    for (const [what, step, given] of [
      ['a POST', { method: 'POST' }, {}],
      ['a GET with a body', { body: 'x' }, {}],
      ['a step with secrets', {}, { usesSecrets: true }],
    ] as [string, Partial<With>, object][])
      test(`${what} fails, and names the address without its query`, async () => {
        const asked = redirectTo('/to?token=x');
        const { code, message, retryable } = await fail({ url: `${url}/from`, ...step }, given);
        assert.deepEqual([code, retryable, asked], ['http_redirect', false, ['/from']]);
        assert.ok(message.startsWith(`The server answered 302, a redirect to ${url}/to. Only GET`));
      });

    test('another origin gets only public headers', async (t) => {
      let seen: IncomingHttpHeaders = {};
      const other = await startHttpServer((request, response) => {
        seen = request.headers;
        response.end();
      });
      t.after(other.close);
      redirectTo(other.url);
      const headers = { Accept: 'a/b', 'Accept-Language': 'de', 'User-Agent': 'me' };
      const secrets = { authorization: 'a', Cookie: 'a', 'proxy-authorization': 'a', 'X-Key': 'a' };
      await succeed({ url: `${url}/from`, headers: { ...headers, ...secrets } });
      delete seen.host;
      delete seen.connection;
      assert.deepEqual(seen, { accept: 'a/b', 'accept-language': 'de', 'user-agent': 'me' });
    });

    test('end after three', async () => {
      let requests = 0;
      handler = (_, response) => {
        requests += 1;
        response.writeHead(301, { location: '/again' }).end();
      };
      const { code, message } = await fail({ url });
      assert.equal(code, 'http_redirect');
      assert.match(message, /to http.*\/again\. A step follows at most 3 redirects\.$/);
      assert.equal(requests, 4);
    });
  });
});
