import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPlace } from './place.ts';
import { findUnshifted, shiftedSettings } from './shifted.ts';

test('shiftedSettings changes the host and every port of .env.example', () => {
  assert.equal(
    shiftedSettings('#AIO_HOST=localhost\n# A port.\n#API_PORT=8080\n#OTLP_GRPC_PORT=4317\n#X=1\n'),
    'AIO_HOST=127.0.0.2\nAIO_BIND_ADDRESS=127.0.0.2\nAPI_PORT=23080\nOTLP_GRPC_PORT=19317\n',
  );
});

const port = (published: string, host_ip = '127.0.0.2') => [{ published, host_ip }];
const web = { AIO_PUBLIC_URL: 'http://127.0.0.2:23000' };

test('findUnshifted names addresses that the settings do not change', () => {
  const services = {
    api: { image: 'a', ports: port('23080') },
    redis: { image: 'r', ports: port('6379') },
    jaeger: { image: 'j', ports: port('31686', '127.0.0.1') },
    frontend: { image: 'f', ports: port('23000'), environment: { URL: 'http://localhost:1' } },
  };
  assert.deepEqual(findUnshifted({ services }), [
    'redis: 127.0.0.2:6379',
    'jaeger: 127.0.0.1:31686',
    'frontend: URL=http://localhost:1',
  ]);
});

test('a place has the host and ports that browsers use', () => {
  const names = ['proxy', 'keycloak', 'jaeger', 'prometheus', 'grafana'];
  const others = names.map((name, index) => [name, { image: name, ports: port(`2000${index}`) }]);
  const frontend = { image: 'f', environment: web, ports: port('23000') };
  assert.deepEqual(findPlace({ services: { ...Object.fromEntries(others), frontend } }), {
    api: 'http://127.0.0.2:20000',
    web: 'http://127.0.0.2:23000',
    keycloak: 'http://127.0.0.2:20001',
    jaeger: 'http://127.0.0.2:20002',
    prometheus: 'http://127.0.0.2:20003',
    grafana: 'http://127.0.0.2:20004',
  });
});
