import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startHttpServer } from '@aio/stack/testing/http-server';
import { checkGrafana } from './grafana.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const BOARDS = readdirSync(join(ROOT, 'dashboards/generated')).map((file) =>
  file.replace(/\.json$/, ''),
);

/** A stand-in for Grafana's API. Paths without an answer are 404. */
async function serve(t: TestContext, answers: Record<string, unknown>): Promise<string> {
  const server = await startHttpServer(({ url = '', headers }, response) => {
    const answer = answers[url.replace('/api/', '')];
    const isPublic = /home|search/.test(url);
    if (isPublic === (headers.authorization !== undefined)) return response.writeHead(401).end();
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer));
  });
  t.after(() => server.close());
  return server.url;
}

const WELL = {
  'dashboards/home': { dashboard: { uid: 'aio-overview' } },
  'datasources/uid/aio-prometheus/health': { status: 'OK' },
  'datasources/uid/aio-jaeger/health': { status: 'OK' },
  'datasources/uid/aio-loki/health': { status: 'OK' },
  'datasources/proxy/uid/aio-alertmanager/api/v2/status': {},
  'search?type=dash-db&limit=5000': BOARDS.map((uid) => ({ uid })),
};

test('checkGrafana checks home page, data sources and boards', async (t) => {
  const said = await checkGrafana(ROOT, await serve(t, WELL));
  assert.equal(said, `home page aio-overview, 4 healthy data sources, ${BOARDS.length} boards`);
});

const WRONG: Record<string, [Record<string, unknown>, RegExp]> = {
  'another home page': [{ 'dashboards/home': { dashboard: {} } }, /^the home page is undefined/],
  'an unhealthy data source': [
    { 'datasources/uid/aio-jaeger/health': undefined },
    /aio-jaeger\/health answered 404/,
  ],
  'a missing board': [{ 'search?type=dash-db&limit=5000': [] }, /does not find .*aio-api/],
};

for (const [what, [changed, message]] of Object.entries(WRONG)) {
  test(`checkGrafana fails at ${what}`, async (t) => {
    const origin = await serve(t, { ...WELL, ...changed });
    await assert.rejects(checkGrafana(ROOT, origin, 0), ({ cause }: Error) => {
      assert.match((cause as Error).message, message);
      return true;
    });
  });
}
