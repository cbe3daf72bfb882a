import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { PORT_VARIABLES, PORTS } from '../process/ports.ts';
import { StackError } from '../stack-error.ts';
import { readPorts } from './read-ports.ts';

/** Ports of servers that npm start does not start. */
const ELSEWHERE = ['GRAFANA_PORT', 'ALERTMANAGER_PORT', 'LOKI_PORT'];

test('the variables move parts as in Compose, and have the same defaults', () => {
  const example = readFileSync(resolve(import.meta.dirname, '../../.env.example'), 'utf8');
  const shown = [...example.matchAll(/^#([A-Z_]+_PORT)=(\d+)$/gm)]
    .map(([, name, port]) => [name ?? '', Number(port)] as const)
    .filter(([name]) => !ELSEWHERE.includes(name));
  const ours = Object.entries(PORT_VARIABLES).map(([part, name]) => {
    return [name, PORTS[part as keyof typeof PORT_VARIABLES]] as const;
  });
  assert.deepEqual(shown.toSorted(), ours.toSorted());
  for (const [part, name] of Object.entries(PORT_VARIABLES)) {
    assert.deepEqual(readPorts({ [name]: '12345' }, 0), { ...PORTS, [part]: 12_345 });
  }
});

test('an offset shifts every port, those of variables, too; an empty variable is not set', () => {
  const ports = readPorts({ API_PORT: '7000', REDIS_PORT: '' }, 100);
  assert.deepEqual([ports.api, ports.redis, ports.web], [7100, 6479, 3100]);
});

for (const [env, offset, lines] of [
  [
    { API_PORT: '80a', REDIS_PORT: '0', JAEGER_PORT: '65536' },
    0,
    [
      'REDIS_PORT=0: expected a port from 1 to 65535',
      'API_PORT=80a: expected a port from 1 to 65535 (in .env)',
      'JAEGER_PORT=65536: expected a port from 1 to 65535',
    ],
  ],
  [
    { API_PORT: '60000' },
    20_000,
    ['api (API_PORT) would be on port 80000, above 65535; choose another port or --port-offset'],
  ],
  [
    { FRONTEND_PORT: '6000' },
    0,
    [
      'web (FRONTEND_PORT) would be on port 6000, which browsers refuse; choose another port or --port-offset',
    ],
  ],
  [
    {},
    2000,
    [
      'api (API_PORT) would be on port 10080, which browsers refuse; choose another port or --port-offset',
    ],
  ],
] as const) {
  test(`refuses ${JSON.stringify(env)} with the offset ${offset}`, () => {
    const originOf = (name: string) => (name === 'API_PORT' ? ' (in .env)' : '');
    assert.throws(
      () => readPorts(env, offset, originOf),
      (error) => {
        assert.ok(error instanceof StackError);
        assert.deepEqual([error.message, ...error.details], lines);
        return error.exitCode === 78;
      },
    );
  });
}
