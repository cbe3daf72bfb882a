import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { hasPages } from './has-pages.ts';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript';

type Answer = { status?: number; type?: string; body?: string; location?: string };

/** @param answers by path; other paths are 404 */
async function serve(t: TestContext, answers: Record<string, Answer>): Promise<string> {
  const server = createServer((request, response) => {
    const found = answers[request.url ?? ''] ?? { status: 404, type: 'text/plain' };
    const { status = 200, type = HTML, body = '', location } = found;
    response.writeHead(status, { 'content-type': type, ...(location && { location }) });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('accepts a page whose scripts exist, also after a redirect', async (t) => {
  const url = await serve(t, {
    '/': { status: 302, location: '/ui/graph' },
    '/ui/graph': { body: '<script>1</script><script src="app.js"></script>' },
    '/ui/app.js': { type: SCRIPT },
  });
  assert.equal(await hasPages(url), true);
});

test('resolves scripts by the base of the page', async (t) => {
  const page = { body: '<base href="/jaeger/"><script type=module src=./static/i.js></script>' };
  const url = await serve(t, { '/search': page, '/jaeger/static/i.js': { type: SCRIPT } });
  assert.equal(await hasPages(`${url}/search`), true);
});

test('refuses what is not a page for people', async (t) => {
  const script = { '/a.js': { type: SCRIPT } };
  const withScript = '<script src="/a.js"></script>';
  const cases: Record<string, Record<string, Answer>> = {
    'an error': { '/': { status: 500, body: withScript }, ...script },
    'a placeholder': { '/': { body: '<!doctype html><h1>This is a placeholder</h1>' } },
    'an answer of an API': { '/': { type: 'application/json', body: withScript }, ...script },
    'a page whose script is missing': {
      '/': { body: `${withScript}<script src="/b.js"></script>` },
      ...script,
    },
    'a page in place of every script': { '/': { body: withScript }, '/a.js': {} },
  };
  for (const [name, answers] of Object.entries(cases)) {
    assert.equal(await hasPages(await serve(t, answers)), false, name);
  }
});

test('a server that does not answer has no pages', async (t) => {
  const url = await serve(t, {});
  assert.equal(await hasPages(url.replace(/\d+$/, '1')), false);
});
