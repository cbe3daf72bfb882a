import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startHttpServer } from '@aio/tools/testing/http-server';
import Koa from 'koa';
import { Type } from 'typebox';
import { defineRoute } from './define-route.ts';
import { mountRoutes } from './mount-routes.ts';
import { json, reply } from './reply.ts';

test('an answer above the bound of its route is not sent', async (t) => {
  const route = defineRoute({
    id: 'getTexts',
    tag: 'texts',
    summary: 'Get texts',
    method: 'GET',
    atMost: { rows: 3, bytes: 100 },
    path: '/texts',
    query: Type.Object({ rows: Type.Integer(), characters: Type.Integer() }),
    responses: { 200: json('Texts', Type.Object({ texts: Type.Array(Type.String()) })) },
    handler: ({ query: { rows, characters } }) =>
      reply(200, { texts: Array.from({ length: rows }, () => 'ü'.repeat(characters)) }),
  });
  const app = new Koa();
  const faults: Error[] = [];
  app.on('error', (fault: Error) => faults.push(fault));
  app.use(mountRoutes([route], () => []).routes() as never);
  const { url, close } = await startHttpServer(app.callback());
  t.after(close);

  for (const [rows, characters, status] of [
    [3, 1, 200],
    [4, 1, 500],
    [1, 40, 200],
    [1, 50, 500],
  ] as const) {
    const response = await fetch(`${url}/texts?rows=${rows}&characters=${characters}`);
    assert.equal(response.status, status, `${rows} texts of ${characters}`);
  }
  assert.equal(
    faults[0]?.message,
    'The answer of getTexts has 4 rows and 31 bytes, above the 3 and 100 of its route.',
  );
});
