import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { EvaluatedWith } from '@aio/core/definition/schema';
import { createTracing } from '@aio/runtime/tracing';
import { type HttpServer, startHttpServer } from '@aio/tools/testing/http-server';
import { parseAllowedHost } from './http-addresses.ts';
import { createGuardedAgent, type LookUp } from './http-agent.ts';
import { createKind as createHttpKind } from './http.ts';
import type { StepError } from '@aio/core/run/step-outcome';
import { createStepCall, failureOf } from './testing/step-call.ts';

type With = EvaluatedWith<'http'>;

/** A resolver with the test's answers: each lookup takes the next one, and the last one stays. */
function namesOf(answers: Record<string, string[][]>): { lookUp: LookUp; asked: string[] } {
  const asked: string[] = [];
  const lookUp: LookUp = (hostname, _options, done) => {
    asked.push(hostname);
    const left = answers[hostname] ?? [[]];
    const addresses = (left.length > 1 ? left.shift() : left[0]) ?? [];
    const found: LookupAddress[] = addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    setImmediate(() => done(null, found));
  };
  return { lookUp, asked };
}

describe('http steps reach public and permitted addresses, and nothing else', () => {
  /** Stands for the database, which no step may reach. */
  const database = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  let connections = 0;
  let port: number;
  /** Stands for a public service: its address and port are permitted. */
  let handler: RequestListener = (_, response) => response.end('hello');
  let outside: HttpServer;
  let outsidePort: number;

  before(async () => {
    await once(database.listen(0, '127.0.0.1'), 'listening');
    ({ port } = database.address() as AddressInfo);
    outside = await startHttpServer((request, response) => handler(request, response));
    outsidePort = outside.port;
  });
  after(async () => {
    database.close();
    await outside.close();
  });

  function createKind(t: TestContext, lookUp?: LookUp, alsoAllowed: string[] = []) {
    const allowed = [`127.0.0.1:${outsidePort}`, ...alsoAllowed].map((text) =>
      parseAllowedHost(text)!,
    );
    const guardedAgent = createGuardedAgent({ allowed, ...(lookUp && { lookUp }) });
    t.after(() => guardedAgent.close());
    return createHttpKind({ guardedAgent, tracing: createTracing('test') });
  }

  async function fail(kind: ReturnType<typeof createKind>, step: With): Promise<StepError> {
    const before = connections;
    const error = await failureOf(kind, createStepCall(step));
    assert.equal(error.retryable, false);
    assert.equal(connections, before, 'there was no connection');
    return error;
  }

  async function refused(kind: ReturnType<typeof createKind>, url: string): Promise<StepError> {
    const error = await fail(kind, { url });
    assert.equal(error.code, 'address_refused', error.message);
    assert.equal(error.details['setting'], 'HTTP_STEP_ALLOW_HOSTS');
    assert.match(error.message, /HTTP_STEP_ALLOW_HOSTS/);
    return error;
  }

  describe('addresses, in every form', () => {
    const FORMS: Readonly<Record<string, string>> = {
      linkLocal: '169.254.169.254 [fe80::1]',
      uniqueLocal: '[fd00:ec2::254]',
      carrierGradeNat: '100.100.100.200',
      private: '10.0.0.1 172.16.0.1 192.168.0.1',
      multicast: '224.0.0.1',
      broadcast: '255.255.255.255',
      loopback:
        '127.0.0.1 127.1 2130706433 0x7f000001 0x7f.0.0.0x1 0177.0.0.1 017700000001 ①②⑦.⓪.⓪.① ' +
        '%31%32%37.0.0.1 [::1] [0:0:0:0:0:0:0:1]',
      unspecified: '0.0.0.0 0 [::]',
      ipv4Mapped: '[::ffff:7f00:1] [::ffff:127.0.0.1]',
      reserved: '[::127.0.0.1]',
      deprecatedSiteLocal: '[fec0::1]',
      rfc6052: '[64:ff9b::7f00:1] [64:ff9b:1::7f00:1]',
      '6to4': '[2002:7f00:1::]',
      teredo: '[2001::1]',
    };
    for (const [range, hosts] of Object.entries(FORMS)) {
      for (const host of hosts.split(' '))
        test(`${host} is refused`, async (t) => {
          const { details } = await refused(createKind(t), `http://${host}:${port}/`);
          assert.deepEqual([details['range'], details['port']], [range, port]);
        });
    }

    test('over https too', async (t) => {
      await refused(createKind(t), `https://127.0.0.1:${port}/`);
    });

    test('with the port that a URL leaves out', async (t) => {
      const kind = createKind(t);
      assert.equal((await refused(kind, 'http://10.0.0.1/')).details['port'], 80);
      assert.equal((await refused(kind, 'https://10.0.0.1/')).details['port'], 443);
    });
  });

  describe('names', () => {
    for (const name of ['localhost', 'LOCALHOST'])
      test(`${name} is refused`, async (t) => {
        await refused(createKind(t), `http://${name}:${port}/`);
      });

    test('a name with a private address is refused, and the error does not show the address', async (t) => {
      const { lookUp } = namesOf({ 'inside.test': [['10.1.2.3']] });
      const error = await refused(createKind(t, lookUp), `http://inside.test:${port}/`);
      assert.match(error.message, /inside\.test/);
      assert.doesNotMatch(JSON.stringify([error.message, error.details]), /10\.1\.2\.3/);
    });

    test('over https too', async (t) => {
      const { lookUp } = namesOf({ 'inside.test': [['127.0.0.1']] });
      await refused(createKind(t, lookUp), `https://inside.test:${port}/`);
    });

    test('a name with a dot at its end is the same name', async (t) => {
      const { lookUp } = namesOf({ 'localhost.': [['127.0.0.1']] });
      await refused(createKind(t, lookUp), `http://localhost.:${port}/`);
    });

    for (const addresses of [
      ['127.0.0.1', '10.0.0.1'],
      ['10.0.0.1', '127.0.0.1'],
      ['127.0.0.1', '::ffff:7f00:1'],
    ])
      test(`a name with ${addresses.join(' and ')} is refused, although one of them is permitted`, async (t) => {
        const { lookUp } = namesOf({ 'two.test': [addresses] });
        await refused(createKind(t, lookUp), `http://two.test:${outsidePort}/`);
      });

    test('a name without an address is retryable', async (t) => {
      const { lookUp } = namesOf({});
      const call = createStepCall<With>({ url: 'http://nobody.test/' });
      const error = await failureOf(createKind(t, lookUp), call);
      assert.deepEqual([error.code, error.retryable], ['network_error', true]);
      assert.equal(error.details['reason'], 'ENOTFOUND');
    });

    test('a name permitted on a port is permitted only on that port', async (t) => {
      const { lookUp } = namesOf({ 'gate.test': [['127.0.0.1']] });
      const kind = createKind(t, lookUp, ['gate.test:1']);
      await refused(kind, `http://gate.test:${port}/`);
    });
  });

  describe('a connection', () => {
    test('uses the checked address; the next connection is checked again', async (t) => {
      const { lookUp, asked } = namesOf({ 'rebound.test': [['127.0.0.1'], ['127.0.0.9']] });
      const kind = createKind(t, lookUp);
      const url = `http://rebound.test:${outsidePort}/`;
      handler = (_, response) => response.setHeader('connection', 'close').end('hello');
      await kind.execute(createStepCall({ url }));
      assert.deepEqual(asked, ['rebound.test'], 'asked once, before it was made');
      assert.equal((await refused(kind, url)).details['range'], 'loopback');
      assert.deepEqual(asked, ['rebound.test', 'rebound.test']);
    });

    test('that is kept alive is not checked again', async (t) => {
      const { lookUp, asked } = namesOf({ 'kept.test': [['127.0.0.1']] });
      const kind = createKind(t, lookUp);
      const sockets = new Set<unknown>();
      handler = (request, response) => {
        sockets.add(request.socket);
        response.end();
      };
      for (let nth = 0; nth < 20; nth += 1)
        await kind.execute(createStepCall({ url: `http://kept.test:${outsidePort}/` }));
      assert.equal(asked.length, sockets.size);
      assert.ok(sockets.size < 20, `${sockets.size} connections`);
    });
  });

  describe('redirects', () => {
    const here = () => `http://127.0.0.1:${outsidePort}`;
    const redirectTo = (location: () => string) => {
      handler = (_, response) => response.writeHead(302, { location: location() }).end();
    };

    test("a redirect to the database's port is refused", async (t) => {
      redirectTo(() => `http://127.0.0.1:${port}/`);
      await refused(createKind(t), here());
    });

    test('a redirect to a name with its address is refused', async (t) => {
      redirectTo(() => `http://inside.test:${port}/`);
      const { lookUp } = namesOf({ 'inside.test': [['127.0.0.1']] });
      await refused(createKind(t, lookUp), here());
    });

    test('a redirect to the metadata address of a cloud is refused', async (t) => {
      redirectTo(() => 'http://169.254.169.254/latest/meta-data/');
      await refused(createKind(t), here());
    });

    test('the last redirect of a chain is refused', async (t) => {
      const chain = ['/1', '/2', `http://0x7f.1:${port}/`];
      handler = (request, response) => {
        const location = chain[Number(request.url?.slice(1))];
        response.writeHead(302, { location }).end();
      };
      await refused(createKind(t), `${here()}/0`);
    });

    for (const location of ['file:///etc/passwd', 'gopher://127.0.0.1:6379/_FLUSHALL', 'ftp://a/b'])
      test(`a redirect to ${location} is refused`, async (t) => {
        redirectTo(() => location);
        assert.equal((await fail(createKind(t), { url: here() })).code, 'bad_url');
      });
  });

  for (const url of [
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'ftp://127.0.0.1/',
    'data:text/plain,x',
    'unix:/var/run/docker.sock',
    'http://admin:hunter2@127.0.0.1/',
    'not a url',
    'http://public.example@127.0.0.1/',
    '//127.0.0.1/',
  ])
    test(`a step cannot call ${url}`, async (t) => {
      const { code, message } = await fail(createKind(t), { url });
      assert.equal(code, 'bad_url');
      assert.doesNotMatch(message, /hunter2/);
    });
});
