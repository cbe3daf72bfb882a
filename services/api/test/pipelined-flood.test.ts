import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { UNMATCHED } from '../middleware/observe-request.ts';
import { startTestApi } from '../testing/start-test-api.ts';

/** Requests that a client pipelines without reading a response. */
const REQUESTS = 5_000;
const MOST_IN_LINE = 16;
const PROBES = 20;
const MOST_BYTES = 150 * 1024 * 1024;

const DOCUMENT = '/api/v1/openapi.json';
const request = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, 'Host: a', ...headers, '', ''].join('\r\n');

/** Counts by route, so late responses of an earlier flood do not count. */
const FLOODS: [name: string, route: string, request: string][] = [
  ['the docs page', '/api/v1/docs', request('GET /api/v1/docs')],
  ['the document in br', DOCUMENT, request(`GET ${DOCUMENT}`, 'Accept-Encoding: br')],
  ['what is not there', UNMATCHED, request('GET /nothing')],
  ['probes', '/health', request('GET /health')],
  ['no body', '/api/v1/docs', request('HEAD /api/v1/docs')],
  ['no Host', UNMATCHED, 'GET / HTTP/1.1\r\n\r\n'],
  ['expectations', UNMATCHED, request('GET /nothing', 'Expect: x')],
  ['bad tokens', '/api/v1/runs', request('GET /api/v1/runs', 'Authorization: Bearer x')],
];

for (const [connections, floods] of [
  [1, FLOODS],
  [50, FLOODS.slice(0, 2)],
] as const)
  test(`clients that send and do not read, on ${connections} connections`, async (t) => {
    const api = await startTestApi(t);
    const answered = async (route: string) => {
      const { body } = await api.registry.scrape();
      const series = /^aio_http_request_duration_seconds_count\{([^}]*)\} (\d+)/gm;
      const own = [...body.matchAll(series)].filter(([line]) => line.includes(`route="${route}"`));
      return own.reduce((sum, [, , count]) => sum + Number(count), 0);
    };
    for (const [name, route, request] of floods)
      await t.test(name, async () => {
        const bytes = Buffer.from(request.repeat(REQUESTS));
        const [answersBefore, bytesBefore] = [await answered(route), process.memoryUsage().rss];
        const sockets = await Promise.all(
          Array.from({ length: connections }, async () => {
            const socket = connect(api.port, '127.0.0.1').on('error', () => undefined);
            await once(socket, 'connect');
            return socket.pause();
          }),
        );
        t.after(() => sockets.forEach((socket) => socket.destroy()));
        for (const socket of sockets) socket.write(bytes);
        let probes = 0;
        const floodAnswers = async () =>
          (await answered(route)) - answersBefore - (route === '/health' ? probes : 0);
        const isAnswered = async () => {
          assert.equal((await api.get('/health')).status, 200);
          probes += 1;
          await nextTurn();
          // At least one response per connection: further ones may not fit, because the client does not read.
          return probes >= PROBES && (await floodAnswers()) >= connections;
        };
        await waitUntil(isAnswered, { what: 'the flood is answered', timeoutMs: 60_000 });
        const answers = await floodAnswers();
        assert.ok(answers <= connections * MOST_IN_LINE, `${answers} answers`);
        const grown = process.memoryUsage().rss - bytesBefore;
        assert.ok(grown < MOST_BYTES, `${grown} bytes more`);
        sockets.forEach((socket) => socket.destroy());
      });
  });
