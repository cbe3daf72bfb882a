import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { it } from 'node:test';
import { createBatchClient } from './batch-client.ts';

it('the client opens a new connection when the API closes an idle one', async (t) => {
  const used = new Set<Socket>();
  const server = createServer(({ socket }, response) => {
    if (used.has(socket)) return socket.destroy();
    used.add(socket);
    response.statusCode = 202;
    response.end(JSON.stringify({ id: `run ${used.size}` }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = createBatchClient(`http://127.0.0.1:${port}`, async () => 'token');
  t.after(() => {
    client.close();
    server.close();
  });
  assert.deepEqual(await client.submit('one', 1), ['run 1']);
  assert.deepEqual(await client.submit('one', 1), ['run 2']);
});
