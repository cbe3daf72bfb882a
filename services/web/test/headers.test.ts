import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startInFrontOf, startServer } from './server/start-server.ts';
import { skipWithout } from './browser/programs.ts';

const skip = skipWithout('webServer');

const NO_API = { NUXT_API_BASE: 'http://127.0.0.1:9' };

function scriptsOf(html: string): string[] {
  return html.match(/<(script|style)\b[^>]*>/g) ?? [];
}

test('every answer has its security headers', { skip }, async (t) => {
  const { url } = await startServer(t, NO_API);
  const page = await (await fetch(`${url}/runs`)).text();
  const asset = /\/_nuxt\/[\w-]+\.js/.exec(page)?.[0];
  for (const path of ['/runs', asset, '/icon.svg', '/health', '/_nuxt/nope.js', '/api/v1/runs'])
    await t.test(String(path), async () => {
      const { headers } = await fetch(`${url}${path}`);
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
      assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe/);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin');
      assert.equal(headers.get('strict-transport-security'), null, 'not over HTTP');
      for (const teller of ['x-powered-by', 'server']) assert.equal(headers.get(teller), null);
    });
});

test('a page runs only scripts with its nonce, which is new each time', { skip }, async (t) => {
  const { url } = await startServer(t, NO_API);
  const nonces = [];
  for (const path of ['/runs', '/runs', '/nothing-is-here']) {
    const answer = await fetch(`${url}${path}`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    const nonce = /script-src 'self' 'nonce-([^']{22,})'/.exec(policy)?.[1];
    assert.ok(nonce, policy);
    const tags = scriptsOf(await answer.text());
    assert.ok(tags.length > 0);
    for (const tag of tags) assert.ok(tag.includes(`nonce="${nonce}"`), tag);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    nonces.push(nonce);
  }
  assert.equal(new Set(nonces).size, 3);
});

test('answers of the API keep their own policy', { skip }, async (t) => {
  const policy = "default-src 'none'; style-src 'sha256-x'; frame-ancestors 'none'";
  const { url } = await startInFrontOf(t, (_, response) => {
    response.setHeader('content-security-policy', policy).end('{}');
  });
  const { headers } = await fetch(`${url}/api/v1/docs`);
  assert.equal(headers.get('content-security-policy'), policy);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

test('with a public HTTPS address, browsers stay on HTTPS', { skip }, async (t) => {
  const AIO_PUBLIC_URL = 'https://aio.example';
  const { url } = await startServer(t, { ...NO_API, AIO_PUBLIC_URL });
  for (const path of ['/runs', '/icon.svg']) {
    const { headers } = await fetch(`${url}${path}`);
    assert.equal(headers.get('strict-transport-security'), 'max-age=31536000', path);
  }
});

test('an error reveals no internals', { skip }, async (t) => {
  const { url } = await startServer(t, NO_API);
  for (const path of ['/_nuxt/nope.js', '/api/v1/runs', '/__nuxt_error', '/_nuxt/%E0%A4%A']) {
    const answer = await fetch(`${url}${path}`, { headers: { accept: 'application/json' } });
    assert.doesNotMatch(await answer.text(), /node_modules|\bat \w+ \(|\.mjs|\.output/, path);
  }
});
