import assert from 'node:assert/strict';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import { delimiter, dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { listen } from '@aio/http/listen';
import { findFreePort } from '../process/free-port.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { bringAlertmanager } from '../start/game-days.ts';
import { waitUntil } from '../system/wait-until.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { contextWith, WITH_PAGES } from '../testing/server-context.ts';

const alertmanager = process.env.TEST_ALERTMANAGER_PATH;
const skip = alertmanager ? false : 'no alertmanager on this machine';
const prometheus = process.env.TEST_PROMETHEUS_PATH;
const withPrometheus = { skip: prometheus ? false : 'no prometheus on this machine' };
const TOKEN = 'a-token-of-alertmanager';

const pathWith = (program: string) => [dirname(program), process.env.PATH].join(delimiter);

test('pages of other sites do not read Prometheus', withPrometheus, async (t) => {
  const server = await startPrometheus({
    dataDir: makeTestFolder(t, 'prometheus'),
    searchPath: pathWith(prometheus!),
    port: await findFreePort(),
    targets: [],
  });
  t.after(() => server.stop());
  for (const origin of ['https://evil.example', 'http://localhost:3000', 'null']) {
    const answer = await fetch(`${server.url}/api/v1/query?query=up`, { headers: { origin } });
    assert.equal(answer.status, 200, await answer.text());
    assert.equal(answer.headers.get('access-control-allow-origin'), null, origin);
  }
});

test('Alertmanager of npm start: its token, and pages of other sites', { skip }, async (t) => {
  const given = await contextWith(t, 'prometheus', WITH_PAGES);
  const headers: IncomingMessage['headers'][] = [];
  const receiver = createServer((got, response) => {
    headers.push(got.headers);
    got.resume();
    response.end();
  });
  const gameDays = await listen(receiver, { host: '127.0.0.1', port: 0 });
  t.after(() => receiver.close());
  const port = await findFreePort();
  const context = {
    ...given,
    root: resolve(import.meta.dirname, '../..'),
    searchPath: pathWith(alertmanager!),
    ports: { ...given.ports, gameDays },
  };
  await bringAlertmanager(context, { deliveryToken: TOKEN, alertmanagerPort: port });
  assert.match(given.lines.join('\n'), /alertmanager +ready/);

  async function ask(method: string, path: string, sends: Record<string, string> = {}) {
    const { body = '', ...others } = sends;
    const headers = { 'content-type': 'application/json', ...others };
    const sent = request({ port, method, path, headers, agent: false });
    const [answer] = (await once(sent.end(body), 'response')) as [IncomingMessage];
    return { status: answer.statusCode, body: await text(answer) };
  }

  await t.test('neither its status nor others on this machine can read the token', async () => {
    const { status, body } = await ask('GET', '/api/v2/status');
    assert.equal(status, 200);
    assert.ok(body.includes('credentials_file'), body);
    assert.ok(!body.includes(TOKEN));
    const { mode } = statSync(join(given.dataDir, 'alerting/delivery-token'));
    assert.equal(mode & 0o777, 0o600);
  });

  await t.test('pages of other sites can neither read nor silence', async () => {
    const body = '[]';
    for (const foreign of [
      { origin: 'https://evil.example' },
      { origin: 'http://localhost:3000' },
      { host: `evil.example:${port}` },
    ])
      for (const method of ['GET', 'POST', 'OPTIONS'])
        assert.equal((await ask(method, '/api/v2/alerts', { body, ...foreign })).status, 403);
    const own = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    assert.equal((await ask('POST', '/api/v2/alerts', { body, ...own })).status, 200);
    assert.equal((await ask('GET', '/api/v2/alerts', own)).status, 200);
  });

  await t.test('it delivers with the token', async () => {
    const body = JSON.stringify([{ labels: { alertname: 'NoWorkerUp', severity: 'page' } }]);
    assert.equal((await ask('POST', '/api/v2/alerts', { body })).status, 200);
    await waitUntil('the alert arrives', 60_000, () => Promise.resolve(headers.length > 0));
    assert.equal(headers[0]!.authorization, `Bearer ${TOKEN}`);
  });
});
