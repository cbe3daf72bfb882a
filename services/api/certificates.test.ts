import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { createCertificateWatch } from './certificates.ts';

const DAY_S = 86_400;
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const skip = hasOpenssl ? false : 'no openssl on this machine to make a certificate with';

test('reads the expiry once a minute, and keeps it if the server is down', { skip }, async (t) => {
  const server = await startHttps(t, 5);
  let now = 0;
  const read = createCertificateWatch(
    { public: server.url, login_service: 'http://localhost:8180' },
    () => now,
  );
  const [reading, ...others] = await read();
  assert.deepEqual([reading?.labels, others], [{ endpoint: 'public' }, []]);
  const daysLeft = (reading!.value - Date.now() / 1000) / DAY_S;
  assert.ok(daysLeft > 4.9 && daysLeft <= 5, `${daysLeft} days`);
  await read();
  assert.equal(server.connections(), 1, 'it remembers');
  now += 61_000;
  await read();
  assert.equal(server.connections(), 2, 'it reads again');
  await server.close();
  now += 61_000;
  assert.deepEqual(await read(), [reading]);
});

test('a server that never answered has no reading', async () => {
  const read = createCertificateWatch({
    public: 'https://127.0.0.1:1',
    login_service: 'http://localhost:8180',
  });
  assert.deepEqual(await read(), []);
});

async function startHttps(t: TestContext, days: number) {
  const folder = makeTestFolder(t, 'certificate');
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days ${days}`;
  const made = spawnSync('openssl', [...args.split(' '), '-keyout', key, '-out', cert]);
  assert.equal(made.status, 0, made.stderr.toString());
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) });
  let connections = 0;
  server.on('connection', () => (connections += 1));
  server.listen(0);
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  t.after(close);
  const { port } = server.address() as AddressInfo;
  return { url: `https://localhost:${port}/`, connections: () => connections, close };
}
