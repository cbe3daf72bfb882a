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

  await t.test('the document has every route', () => {
    const routes = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    assert.deepEqual(routes.toSorted(), [
      'DELETE /api/v1/secrets/{name}',
      'GET /',
      'GET /api/v1',
      'GET /api/v1/alerts',
      'GET /api/v1/alerts/{name}/runbook',
      'GET /api/v1/approvals',
      'GET /api/v1/approvals/{id}',
      'GET /api/v1/audit',
      'GET /api/v1/bulk-jobs/{id}',
      'GET /api/v1/dashboards',
      'GET /api/v1/dashboards/{uid}',
      'GET /api/v1/dashboards/{uid}/annotations',
      'GET /api/v1/dashboards/{uid}/variables',
      'GET /api/v1/docs',
      'GET /api/v1/events',
      'GET /api/v1/events/runs',
      'GET /api/v1/events/{id}',
      'GET /api/v1/objectives',
      'GET /api/v1/openapi.json',
      'GET /api/v1/overview',
      'GET /api/v1/problems/{code}',
      'GET /api/v1/queues',
      'GET /api/v1/runs',
      'GET /api/v1/runs/compare',
      'GET /api/v1/runs/{id}',
      'GET /api/v1/runs/{id}/events',
      'GET /api/v1/runs/{id}/logs',
      'GET /api/v1/runs/{id}/steps/{step}/input',
      'GET /api/v1/runs/{id}/steps/{step}/items',
      'GET /api/v1/runs/{id}/steps/{step}/logs',
      'GET /api/v1/runs/{id}/steps/{step}/output',
      'GET /api/v1/runs/{id}/time',
      'GET /api/v1/runs/{id}/trace',
      'GET /api/v1/secrets',
      'GET /api/v1/telemetry',
      'GET /api/v1/workers',
      'GET /api/v1/workflow.schema.json',
      'GET /api/v1/workflows',
      'GET /api/v1/workflows/{name}',
      'GET /api/v1/workflows/{name}/statistics',
      'GET /api/v1/workflows/{name}/versions',
      'GET /api/v1/workflows/{name}/versions/{version}',
      'GET /auth/callback',
      'GET /auth/login',
      'GET /auth/me',
      'GET /health',
      'GET /ready',
      'POST /api/v1/alerts/{name}/runbook/query',
      'POST /api/v1/approvals/{id}/decision',
      'POST /api/v1/bulk-jobs',
      'POST /api/v1/dashboards/{uid}/query',
      'POST /api/v1/events',
      'POST /api/v1/queues/{name}/pause',
      'POST /api/v1/queues/{name}/resume',
      'POST /api/v1/runs',
      'POST /api/v1/runs/{id}/cancel',
      'POST /api/v1/runs/{id}/replay',
      'POST /api/v1/runs/{id}/retry',
      'POST /api/v1/telemetry/traces',
      'POST /api/v1/telemetry/vitals',
      'POST /api/v1/workflows',
      'POST /api/v1/workflows/validate',
      'POST /api/v1/workflows/{name}/pause',
      'POST /api/v1/workflows/{name}/resume',
      'POST /api/v1/workflows/{name}/runs',
      'POST /api/v1/workflows/{name}/runs/batch',
      'POST /auth/backchannel-logout',
      'POST /auth/logout',
      'PUT /api/v1/secrets/{name}',
    ]);
  });

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
