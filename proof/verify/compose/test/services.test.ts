import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { BlockList } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { FILES, ROOT, readServices, readText, withDefaults } from '../testing/files.ts';

const SERVICES = readServices();
const entries = Object.entries(SERVICES);
/** Services that end by themselves. */
const TASKS = ['migrate', 'k6', 'otel-collector-config'];
const longRunning = entries.filter(([name]) => !TASKS.includes(name));
const built = entries.flatMap(([, { build, image }]) => (build === undefined ? [] : [image]));
const ours = entries.filter(([, { image }]) => built.includes(image));

/** Services without a health check, with the reason. */
const WITHOUT_PROBE: Readonly<Record<string, string>> = {
  'otel-collector': 'its image contains only the collector',
  'k6-browser': 'its metrics show whether it works',
};
/** Ports in the containers and default ports of the host, which the deployment reference defines. */
const PORTS: Readonly<
  Record<string, readonly [variable: string, fallback: number, inside: number][]>
> = {
  postgres: [['POSTGRES_PORT', 5432, 5432]],
  redis: [['REDIS_PORT', 6379, 6379]],
  keycloak: [['KEYCLOAK_PORT', 8180, 8180]],
  jaeger: [
    ['JAEGER_PORT', 16686, 16686],
    ['OTLP_GRPC_PORT', 4317, 4317],
    ['OTLP_HTTP_PORT', 4318, 4318],
  ],
  proxy: [['API_PORT', 8080, 8080]],
  frontend: [['FRONTEND_PORT', 3000, 3000]],
  simulator: [['SIMULATOR_PORT', 8090, 8090]],
  prometheus: [['PROMETHEUS_PORT', 9090, 9090]],
  alertmanager: [['ALERTMANAGER_PORT', 9093, 9093]],
  grafana: [['GRAFANA_PORT', 3001, 3000]],
  loki: [['LOKI_PORT', 3100, 3100]],
};

for (const [name, service] of longRunning) {
  describe(name, () => {
    test('has limits, restarts after a crash, and cannot gain privileges', () => {
      const { cpus = '', memory = '' } = service.deploy?.resources.limits ?? {};
      assert.ok(Number(cpus) > 0 && /^\d+[mg]$/.test(memory));
      assert.equal(service.restart, 'unless-stopped');
      assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
    });

    test('has a health check', () => {
      if (name in WITHOUT_PROBE) assert.equal(service.healthcheck, undefined);
      else assert.ok(service.healthcheck?.test[0]?.startsWith('CMD'));
    });
  });
}

for (const [name, service] of ours) {
  test(`${name} is read-only, has no capability and NODE_ENV=development`, () => {
    assert.equal(service.read_only, true);
    assert.deepEqual(service.tmpfs, ['/tmp']);
    assert.deepEqual(service.cap_drop, ['ALL']);
    assert.equal(service.environment?.NODE_ENV, 'development');
  });
}

test('by default, services publish the usual ports on loopback', () => {
  const published = Object.fromEntries(
    entries.flatMap(([name, { ports }]) => (ports === undefined ? [] : [[name, ports]])),
  );
  const expected = Object.entries(PORTS).map(([name, ports]) => [
    name,
    ports.map(
      ([variable, fallback, inside]) =>
        `\${AIO_BIND_ADDRESS:-127.0.0.1}:\${${variable}:-${fallback}}:${inside}`,
    ),
  ]);
  assert.deepEqual(published, Object.fromEntries(expected));
});

test('addresses for browsers and tokens use the host and ports of the settings', () => {
  const literal = FILES.flatMap((file) => {
    const code = readText(file).replaceAll(/^ *#.*$/gm, '');
    return [...code.matchAll(/^.*\blocalhost\b.*$/gm)].map(([line]) => line.trim());
  }).filter((line) => !/http:\/\/\$\{AIO_HOST:-localhost\}:\$\{[A-Z]+_PORT:-\d+\}/.test(line));
  // Except two texts: a header in Keycloak's probe, and the address that sed replaces in boards.
  assert.deepEqual(
    literal.filter((line) => !/Host: localhost|s#http:\/\/localhost:16686#/.test(line)),
    [],
  );
});

test('services wait until their dependencies are healthy or have succeeded', () => {
  for (const [name, { depends_on = {} }] of entries) {
    for (const [needed, { condition }] of Object.entries(depends_on)) {
      if (name === 'api' && ['proxy', 'worker', 'simulator'].includes(needed)) {
        assert.equal(condition, 'service_started', 'the API does not wait for these');
        continue;
      }
      const expected = TASKS.includes(needed)
        ? 'service_completed_successfully'
        : 'service_healthy';
      assert.equal(condition, expected, `${name} needs ${needed}`);
      assert.ok(expected !== 'service_healthy' || SERVICES[needed]?.healthcheck, needed);
    }
  }
  for (const name of ['api', 'worker']) {
    const { depends_on = {} } = SERVICES[name] ?? {};
    for (const needed of ['migrate', 'postgres', 'redis']) assert.ok(depends_on[needed], name);
  }
});

test('the files name each image of another project once, with its version', () => {
  const named = FILES.flatMap((file) => [
    ...readText(file).matchAll(/^ +(?:image|NODE_IMAGE): (\S+)$/gm),
  ]).map(([, image = '']) => image);
  const foreign = named.filter(
    (image) => !/^aio-(backend|frontend):\$\{AIO_VERSION:-development\}$/.test(image),
  );
  assert.equal(new Set(foreign).size, foreign.length);
  assert.equal(new Set(named).size, foreign.length + 2);
  for (const image of foreign) assert.match(image, /^[^:]+:v?\d+\.\d+(\.\d+)?(-[a-z][a-z0-9-]*)?$/);
  const without = entries.filter(([, { image }]) => !named.includes(image));
  assert.deepEqual(without, []);
});

test('mounts from the project exist and are read-only', () => {
  const mounts = entries
    .flatMap(([, { volumes = [] }]) => volumes)
    .filter((one) => one.startsWith('.'));
  assert.ok(mounts.length > 0);
  for (const mount of mounts) {
    const [source = '', , mode] = mount.split(':');
    assert.ok(existsSync(join(ROOT, source)), source);
    assert.equal(mode, 'ro', mount);
  }
});

test('the proxy mounts the tested configuration, and its grace period exceeds hard-stop-after', () => {
  const { volumes = [], stop_grace_period = '' } = SERVICES.proxy ?? {};
  assert.deepEqual(volumes, ['./services/proxy/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro']);
  const [, hardStop] =
    /^ +hard-stop-after (\d+)s$/m.exec(readText('services/proxy/haproxy.cfg')) ?? [];
  assert.ok(Number.parseInt(stop_grace_period) > Number(hardStop), stop_grace_period);
});

test('every service reaches the API through the proxy', () => {
  const texts = [...FILES, 'loadtest/scenarios/compose.json'].map(readText);
  assert.deepEqual(
    texts.filter((text) => text.includes('//api:')),
    [],
  );
});

test('a stopping API answers until the proxy has noticed', () => {
  const [, interval, times] =
    /default-server check inter (\d+)s .*fall (\d+)/.exec(readText('services/proxy/haproxy.cfg')) ??
    [];
  const delay = Number(SERVICES.api?.environment?.SHUTDOWN_DELAY_MS);
  assert.ok(delay > Number(interval) * Number(times) * 1000, `${delay} ms`);
});

test("the API does not trust clients of the proxy's published port", () => {
  const setting = withDefaults(SERVICES.api?.environment?.['AIO_TRUSTED_PROXIES'] ?? '127.0.0.1');
  const trusted = new BlockList();
  for (const range of setting === 'none' ? [] : setting.split(',')) {
    const [address = '', bits = '32'] = range.trim().split('/');
    trusted.addSubnet(address, Number(bits), 'ipv4');
  }
  // Gateways of Docker's networks and of Docker Desktop.
  for (const gateway of ['172.17.0.1', '172.18.0.1', '192.168.0.1', '192.168.65.1', '10.0.0.1'])
    assert.ok(!trusted.check(gateway), `${setting}: ${gateway}`);
});

test('programs with garbage collection know less memory than their limit', () => {
  const heap = SERVICES.keycloak?.environment?.JAVA_OPTS_KC_HEAP ?? '';
  assert.ok(Number(/-Xmx(\d+)m/.exec(heap)?.[1]) <= 1024, heap);
  assert.match(SERVICES.keycloak?.deploy?.resources.limits.memory ?? '', /^2g$/);
  for (const name of ['jaeger', 'otel-collector', 'loki'])
    assert.match(SERVICES[name]?.environment?.GOMEMLIMIT ?? '', /^\d+MiB$/, name);
});

test("PgBouncer's pool mode fits DATABASE_POOLER, and migrations bypass PgBouncer", () => {
  const { profiles, environment = {} } = SERVICES.pgbouncer ?? {};
  assert.deepEqual(profiles, ['pgbouncer']);
  assert.equal(environment.POOL_MODE, 'transaction');
  assert.ok(Number(environment.MAX_PREPARED_STATEMENTS) > 0, 'transaction-prepared');
  for (const name of ['api', 'worker', 'migrate']) {
    const {
      DATABASE_URL = '',
      DATABASE_DIRECT_URL,
      DATABASE_POOLER,
    } = SERVICES[name]?.environment ?? {};
    assert.equal(DATABASE_POOLER, '${DATABASE_POOLER:-none}', name);
    assert.equal(withDefaults(DATABASE_URL), withDefaults(DATABASE_DIRECT_URL ?? ''), name);
    assert.equal(new URL(DATABASE_DIRECT_URL ?? '').hostname, 'postgres', name);
    const throughIt = new URL(DATABASE_URL.replace('${DATABASE_HOST:-postgres}', 'pgbouncer'));
    assert.equal(throughIt.port, environment.LISTEN_PORT, name);
    assert.equal(throughIt.pathname, `/${environment.DB_NAME}`, name);
    assert.equal(throughIt.username, environment.DB_USER, name);
    assert.equal(decodeURIComponent(throughIt.password), environment.DB_PASSWORD, name);
  }
  const open = withDefaults(environment.DEFAULT_POOL_SIZE ?? '');
  const most = /max_connections=(.+)$/m.exec(SERVICES.postgres?.command?.join('\n') ?? '')?.[1];
  assert.ok(Number(open) < Number(withDefaults(most ?? '')), `${open} of ${most}`);
});

test('Redis is durable and evicts nothing', () => {
  const command = SERVICES.redis?.command?.join(' ') ?? '';
  assert.match(command, /--appendonly yes/);
  assert.match(command, /--maxmemory-policy noeviction/);
});

describe('Prometheus', () => {
  const text = readText('observability/config/prometheus/prometheus.yml');

  test('has the flags that prometheus.yml requires', () => {
    const wanted = [...text.matchAll(/^# {3}(--[a-z.-]+\S*)/gm)].map(([, flag]) => flag);
    assert.ok(wanted.length >= 3);
    for (const flag of wanted) assert.ok(SERVICES.prometheus?.command?.includes(flag ?? ''), flag);
  });

  const { scrape_configs: jobs } = parse(text) as {
    scrape_configs: {
      job_name: string;
      dns_sd_configs?: { names: string[] }[];
    }[];
  };

  test('has static targets, which stay when they are down, except for services that scale', () => {
    const discovered = jobs.filter(({ dns_sd_configs }) => dns_sd_configs !== undefined);
    assert.deepEqual(
      discovered.map(({ job_name }) => job_name),
      ['api', 'worker'],
    );
  });
});
