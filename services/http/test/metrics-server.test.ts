import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { ListenError } from '../listen.ts';
import { startMetricsServer, type MetricsServer } from '../metrics-server.ts';

let server: MetricsServer;
let databaseUp = true;

const deps = {
  host: '127.0.0.1',
  port: 0,
  scrape: async (accept?: string) => ({ contentType: accept ?? 'text/plain', body: 'up 1\n' }),
  health: () => ({ status: 'ok' }),
  requirable: ['database', 'process'],
  ready: async (required: string | null) => ({
    ok: databaseUp,
    body: { status: databaseUp ? 'ok' : 'unavailable', required },
  }),
};

before(async () => {
  server = await startMetricsServer(deps);
});
after(() => server.close());

function get(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${server.port}${path}`, init);
}

test('/metrics returns the scrape of the registry', async () => {
  const response = await get('/metrics', { headers: { accept: 'application/openmetrics-text' } });
  assert.match(response.headers.get('content-type') ?? '', /openmetrics/);
  assert.equal(await response.text(), 'up 1\n');
});

test('/metrics is compressed for scrapers that take it', async () => {
  const encodingFor = async (encodings: string) => {
    const response = await get('/metrics', { headers: { 'accept-encoding': encodings } });
    assert.equal(await response.text(), 'up 1\n');
    return response.headers.get('content-encoding');
  };
  assert.equal(await encodingFor('gzip'), 'gzip');
  assert.equal(await encodingFor('identity'), null);
});

test('/health and /ready answer in JSON, 503 when not ready', async () => {
  assert.deepEqual(await (await get('/health')).json(), { status: 'ok' });
  const ready = await get('/ready?require=database');
  assert.equal(ready.status, 200);
  assert.deepEqual(await ready.json(), { status: 'ok', required: 'database' });
  databaseUp = false;
  assert.equal((await get('/ready')).status, 503);
  databaseUp = true;
});

test('/ready refuses a name that it does not know', async () => {
  const response = await get('/ready?require=databse');
  assert.equal(response.status, 400);
  assert.match(await response.text(), /Use one of: database, process\./);
});

test('other paths and methods are refused', async () => {
  assert.equal((await get('/')).status, 404);
  const post = await get('/metrics', { method: 'POST' });
  assert.equal(post.status, 405);
  assert.equal(post.headers.get('allow'), 'GET, HEAD');
});

test('an invalid request target is refused, and the process lives', async () => {
  const [response] = (await once(
    request({ host: '127.0.0.1', port: server.port, path: '//' }).end(),
    'response',
  )) as [IncomingMessage];
  assert.equal(response.statusCode, 400);
  assert.equal((await get('/health')).status, 200);
});

test('a port in use is one clear line', async () => {
  await assert.rejects(startMetricsServer({ ...deps, port: server.port }), (error) => {
    assert.ok(error instanceof ListenError);
    assert.equal(error.code, 'EADDRINUSE');
    assert.match(error.message, /:\d+: the port is in use\. Set METRICS_PORT to another port\./);
    return true;
  });
});
