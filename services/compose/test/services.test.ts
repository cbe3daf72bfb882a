import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { BlockList } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { FILES, ROOT, readServices, readText, withDefaults } from '../testing/files.ts';

const SERVICES = readServices();
const entries = Object.entries(SERVICES);
const longRunning = entries.filter(([name]) => name !== 'migrate');
const built = entries.flatMap(([, { build, image }]) => (build === undefined ? [] : [image]));
const ours = entries.filter(([, { image }]) => built.includes(image));

/** What has no health check, and why. */
const WITHOUT_PROBE: Readonly<Record<string, string>> = {
  'otel-collector': 'its image has nothing but the collector',
};
/** As the mission has them; the metrics and boards come on top. */
const PORTS: Readonly<Record<string, readonly number[]>> = {
  postgres: [5432],
  redis: [6379],
  keycloak: [8180],
  jaeger: [16686, 4317, 4318],
  api: [8080],
  frontend: [3000],
  simulator: [8090],
  prometheus: [9090],
  alertmanager: [9093],
  grafana: [3001],
};

for (const file of FILES) {
  test(`${file} opens with how to use it`, () => {
    const [comment = ''] = readText(file).split(/^[^#]/m, 1);
    assert.match(comment, /^# {3}docker compose .*up -d/m);
  });
}

for (const [name, service] of longRunning) {
  describe(name, () => {
    test('is limited, comes back after a crash, and cannot gain rights', () => {
      const { cpus = '', memory = '' } = service.deploy?.resources.limits ?? {};
      const variable = name.toUpperCase().replaceAll('-', '_');
      assert.match(cpus, new RegExp(`^\\$\\{${variable}_CPUS:-[\\d.]+\\}$`));
      assert.match(memory, new RegExp(`^\\$\\{${variable}_MEMORY:-\\d+[mg]\\}$`));
      assert.equal(service.restart, 'unless-stopped');
      assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
    });

    test('says whether it is well', () => {
      if (name in WITHOUT_PROBE) assert.equal(service.healthcheck, undefined);
      else assert.ok(service.healthcheck?.test[0]?.startsWith('CMD'));
    });
  });
}

for (const [name, service] of ours) {
  test(`${name} has nothing to write to and no capability, and is in development`, () => {
    assert.equal(service.read_only, true);
    assert.deepEqual(service.tmpfs, ['/tmp']);
    assert.deepEqual(service.cap_drop, ['ALL']);
    assert.equal(service.environment?.NODE_ENV, 'development');
  });
}

test('ports are of this machine alone, and those that people know', () => {
  const published = entries.flatMap(([name, { ports = [] }]) =>
    ports.map((port) => ({ name, port: /^127\.0\.0\.1:(\d+):\d+$/.exec(port)?.[1] })),
  );
  assert.deepEqual(
    published.filter(({ port }) => port === undefined),
    [],
  );
  const byService = Map.groupBy(published, ({ name }) => name);
  for (const [name, own] of byService) {
    assert.deepEqual(
      own.map(({ port }) => Number(port)),
      PORTS[name],
      name,
    );
  }
  assert.equal(byService.size, Object.keys(PORTS).length);
});

test('workers can be several', () => {
  assert.equal(SERVICES.worker?.ports, undefined);
  for (const [name, { container_name }] of entries) assert.equal(container_name, undefined, name);
});

test('who needs another waits until that one is well, or has ended well', () => {
  for (const [name, { depends_on = {} }] of entries) {
    for (const [needed, { condition }] of Object.entries(depends_on)) {
      const expected = needed === 'migrate' ? 'service_completed_successfully' : 'service_healthy';
      assert.equal(condition, expected, `${name} needs ${needed}`);
      assert.ok(expected !== 'service_healthy' || SERVICES[needed]?.healthcheck, needed);
    }
  }
  for (const name of ['api', 'worker']) {
    const { depends_on = {} } = SERVICES[name] ?? {};
    for (const needed of ['migrate', 'postgres', 'redis']) assert.ok(depends_on[needed], name);
  }
});

test('an image is named once, and by its version', () => {
  const named = FILES.flatMap((file) => [
    ...readText(file).matchAll(/^ +(?:image|NODE_IMAGE): (\S+)$/gm),
  ]).map(([, image = '']) => image);
  assert.equal(new Set(named).size, named.length);
  const foreign = named.filter(
    (image) => !/^aio-(backend|frontend):\$\{AIO_VERSION:-development\}$/.test(image),
  );
  assert.equal(foreign.length, named.length - 2);
  for (const image of foreign) assert.match(image, /^[^:]+:v?\d+\.\d+(\.\d+)?(-[a-z-]+)?$/);
  const without = entries.filter(([, { image }]) => !named.includes(image));
  assert.deepEqual(without, []);
});

test('an image of ours is built by one service, for all that run it', () => {
  assert.deepEqual(built.toSorted(), [...new Set(ours.map(([, { image }]) => image))].toSorted());
});

test('no registry is asked for images of ours, and they are not built at every start', () => {
  for (const [name, { pull_policy }] of ours) assert.equal(pull_policy, 'never', name);
});

test('what is mounted from the project is there, and cannot be written to', () => {
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

test('who reaches the published port of the API is no proxy', () => {
  const setting = withDefaults(SERVICES.api?.environment?.['AIO_TRUSTED_PROXIES'] ?? '127.0.0.1');
  const trusted = new BlockList();
  for (const range of setting === 'none' ? [] : setting.split(',')) {
    const [address = '', bits = '32'] = range.trim().split('/');
    trusted.addSubnet(address, Number(bits), 'ipv4');
  }
  // Gateways as Docker gives them to networks, and Docker Desktop to its host.
  for (const gateway of ['172.17.0.1', '172.18.0.1', '192.168.0.1', '192.168.65.1', '10.0.0.1'])
    assert.ok(!trusted.check(gateway), `${setting}: ${gateway}`);
});

test('Redis keeps what it accepted', () => {
  const command = SERVICES.redis?.command?.join(' ') ?? '';
  assert.match(command, /--appendonly yes/);
  assert.match(command, /--maxmemory-policy noeviction/);
});

describe('Prometheus', () => {
  const text = readText('observability/config/prometheus/prometheus.yml');

  test('has the flags that its file wants', () => {
    const wanted = [...text.matchAll(/^# {3}(--[a-z.-]+\S*)/gm)].map(([, flag]) => flag);
    assert.ok(wanted.length >= 3);
    for (const flag of wanted) assert.ok(SERVICES.prometheus?.command?.includes(flag ?? ''), flag);
  });

  test('asks services that there are', () => {
    const { scrape_configs: jobs } = parse(text) as {
      scrape_configs: { job_name: string; dns_sd_configs: { names: string[] }[] }[];
    };
    const aliases = entries.flatMap(([, { networks }]) => networks?.default.aliases ?? []);
    for (const { job_name, dns_sd_configs } of jobs) {
      const [name = ''] = dns_sd_configs.flatMap(({ names }) => names);
      assert.ok(SERVICES[name] ?? aliases.includes(name), `${job_name}: ${name}`);
    }
  });
});
