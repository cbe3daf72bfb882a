import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pluck } from '@aio/platform/testing/pluck';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { EXAMPLE_DEFINITION } from '@aio/core/definition/example';
import type { Operation } from '../../../http/open-api.ts';
import { PROBLEMS } from '../../../http/problems.ts';
import { startTestApi } from '../../../testing/start-test-api.ts';

test('the documentation of the API', async (t) => {
  const api = await startTestApi(t);
  const { document } = api;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries<Operation>(methods).map(([method, one]) => ({ path, method, ...one })),
  );

  await t.test('the document follows the rules of OpenAPI 3.1', () => {
    assert.match(document.openapi, /^3\.1\.\d+$/);
    const ids = operations.map(({ operationId }) => operationId);
    assert.equal(new Set(ids).size, ids.length, 'operation ids are unique');
    for (const { path, operationId, parameters = [], responses, tags } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((one) => one.in === 'path');
      assert.deepEqual(pluck(declared, 'name'), inPath, `${operationId}: path parameters`);
      for (const { required } of declared) assert.ok(required, operationId);
      for (const tag of tags) assert.ok(pluck(document.tags, 'name').includes(tag), operationId);
      assert.ok(Object.values(responses).every(({ description }) => description !== ''));
    }
  });

  await t.test('every GET operation says what its answer has at most', () => {
    for (const { method, operationId, 'x-at-most': atMost } of operations) {
      if (method !== 'get') continue;
      assert.ok(atMost, operationId);
      assert.ok(atMost.rows <= 20_000 && atMost.bytes <= 64 * 1024 * 1024, operationId);
    }
  });

  await t.test('every reference has its component, and every component is a schema', () => {
    const text = JSON.stringify(document);
    for (const part of ['schemas', 'headers'] as const) {
      for (const [, name = ''] of text.matchAll(RegExp(`"#/components/${part}/([^"]+)"`, 'g')))
        assert.ok(Object.hasOwn(document.components[part], name), name);
    }
    const foreign = [...text.matchAll(/"\$ref":"(?!#\/components\/(schemas|headers)\/)[^"]*"/g)];
    assert.deepEqual(foreign, []);
    const ajv = new Ajv2020({ strict: false });
    for (const [name, schema] of Object.entries(document.components.schemas))
      assert.ok(ajv.validateSchema(schema as object), `${name}: ${ajv.errorsText()}`);
  });

  await t.test('the page shows every operation and loads nothing', async () => {
    const { body, headers } = await api.get('/api/v1/docs');
    for (const { operationId } of operations) assert.ok(body.includes(`id="${operationId}"`));
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /^default-src 'none'; style-src 'sha256-/);
    assert.doesNotMatch(body, /<script|<link|<img|src=|url\(|@import/i);
  });

  await t.test('the page has headings and a link to the web UI', async () => {
    const { body } = await api.get('/api/v1/docs');
    assert.match(body, /<a href="https?:\/\/[^"]+\/">Open the web UI<\/a>/);
    assert.match(body, /<a href="#runs">Runs<\/a>/);
    const text = body.replaceAll(/<pre[^]*?<\/pre>|<table>[^]*?<\/table>/g, '');
    assert.deepEqual(text.match(/.{0,40}`.{0,40}/g), null, 'backticks set code apart');
    assert.match(text, /<code>nextCursor<\/code>/);
  });

  await t.test('the root redirects to the page', async () => {
    for (const path of ['/', '/api/v1']) {
      const { status, headers } = await api.get(path);
      assert.deepEqual([status, headers.get('location')], [302, '/api/v1/docs'], path);
    }
  });

  await t.test('the published schema accepts the published example', async () => {
    const { body } = await api.get('/api/v1/workflow.schema.json');
    assert.equal(body.$schema, 'https://json-schema.org/draft/2020-12/schema');
    const ajv = new Ajv2020({ strict: false, discriminator: true });
    addFormats.default(ajv);
    const validate = ajv.compile(body);
    assert.ok(validate(EXAMPLE_DEFINITION), ajv.errorsText(validate.errors));
    assert.equal(validate({ name: 'x', steps: {} }), false);
  });

  await t.test('the `type` of every problem is a page that explains it', async () => {
    for (const [code, [status]] of Object.entries(PROBLEMS)) {
      const { body } = await api.get(`/api/v1/problems/${code}`);
      assert.deepEqual([body.code, body.status], [code, status]);
    }
    assert.equal((await api.get('/api/v1/problems/nope')).status, 404);
    assert.equal((await api.get('/api/v1/problems/constructor')).status, 404);
  });
});
