import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenApiDocument } from '../../shared/api.ts';
import { curlOf, namedIn, operationsOf } from './operations.ts';

const schema = { $ref: '#/components/schemas/Run' };
const document = {
  paths: {
    '/api/v1/runs/{id}/cancel': {
      post: {
        operationId: 'cancelRun',
        tags: ['runs'],
        summary: 'Cancel a run',
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses: { 200: { description: 'The run', content: { 'application/json': { schema } } } },
      },
    },
  },
} as unknown as OpenApiDocument;

test('an operation has its bodies and a command that calls it', () => {
  const [operation] = operationsOf(document);
  assert.deepEqual(
    operation!.bodies.map(({ title }) => title),
    ['application/json', '200 The run'],
  );
  assert.equal(
    curlOf(operation!, 'https://aio.test'),
    `curl -X POST -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' --data-binary @body "https://aio.test/api/v1/runs/$id/cancel"`,
  );
});

test('a reference leads to its schema', () => {
  assert.deepEqual(namedIn(schema, { Run: { type: 'object' } }), { type: 'object' });
  assert.deepEqual(namedIn({ type: 'string' }, {}), { type: 'string' });
});
