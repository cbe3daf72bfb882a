import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { findFreePort } from './free-port.ts';
import { PORTS, isListening, requireFreePorts, shiftPorts } from './ports.ts';

test('an offset moves every port', () => {
  const shifted = shiftPorts(700);
  for (const [part, port] of Object.entries(PORTS)) {
    assert.equal(shifted[part as keyof typeof PORTS], port + 700);
  }
});

for (const host of ['127.0.0.1', undefined]) {
  test(`a port in use on ${host ?? 'all addresses'} is named with its part`, async (t) => {
    const server = createServer();
    server.listen({ port: 0, host });
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    const wanted = [
      { part: 'api', port },
      { part: 'web', port: await findFreePort() },
    ];
    await assert.rejects(requireFreePorts(wanted), {
      message: new RegExp(`a port is in use: ${port} \\(api\\); .*--port-offset`),
    });
  });
}

test('two parts on one port are named, with the way out', async () => {
  const port = await findFreePort();
  const wanted = ['api', 'simulator', 'web'].map((part) => ({ part, port }));
  await assert.rejects(requireFreePorts([...wanted.slice(0, 2), { ...wanted[2]!, port: 1 }]), {
    message: new RegExp(`^several parts have one port: ${port} \\(api, simulator\\); .*_PORT`),
    exitCode: 78,
  });
});

test('free ports pass, and stay free', async () => {
  const port = await findFreePort();
  await requireFreePorts([{ part: 'api', port }]);
  assert.equal(await isListening(port), false);
});
