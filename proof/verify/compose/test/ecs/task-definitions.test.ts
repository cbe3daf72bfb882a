import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readTemplate, taskOf } from '../../testing/ecs-template.ts';
import {
  readServices,
  readText,
  readVariables,
  type Service,
  unescape,
  withDefaults,
} from '../../testing/files.ts';

const TEMPLATE = readTemplate();
const SERVICES = readServices();
const serviceOf = (name: string) => SERVICES[name] as Service;

/** Variables that Fargate and the task's role replace. */
const OF_THE_TASK = [
  'S3_ENDPOINT',
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
] as const;

/** A variable with one value, because ECS sends standard output to CloudWatch. */
const FIXED = 'OTEL_LOGS_EXPORTER';

/** Tasks by service of the Compose files, with their image and the variables that they do not need. */
const TASKS = {
  migrate: {
    tasks: ['MigrateTask'],
    image: 'MigrationImage',
    // Only the examples need the simulator.
    without: ['SIMULATOR_URL'],
  },
  api: { tasks: ['ApiTask'], image: 'BackendImage', without: OF_THE_TASK },
  worker: {
    tasks: ['WorkerRunsTask', 'WorkerHttpTask', 'WorkerLlmTask'],
    image: 'BackendImage',
    without: OF_THE_TASK,
  },
  frontend: { tasks: ['WebTask'], image: 'FrontendImage', without: [] },
} as const satisfies Record<string, { tasks: string[]; image: string; without: readonly string[] }>;

/** Ports that the Compose files do not publish: those of the API and of metrics. */
function portsOf(name: string): number[] {
  const published = (serviceOf(name).ports ?? []).map((port) => Number(port.split(':').at(-1)));
  const behindProxy = new RegExp(`server-template .* ${name}:(\\d+)`).exec(
    readText('services/proxy/haproxy.cfg'),
  );
  const config = readText('observability/config/prometheus/prometheus.yml');
  const scraped =
    new RegExp(`targets: \\['${name}:(\\d+)'\\]`).exec(config) ??
    new RegExp(`names: \\[${name}\\]\\s+type: A\\s+port: (\\d+)`).exec(config);
  const others = [behindProxy, scraped].flatMap((found) => (found ? [Number(found[1])] : []));
  return [...published, ...others];
}

for (const [name, { tasks, image, without }] of Object.entries(TASKS)) {
  for (const taskName of tasks) {
    describe(`${taskName} matches the service ${name}`, () => {
      const service = serviceOf(name);
      const task = taskOf(TEMPLATE, taskName);
      const container = task.ContainerDefinitions[0]!;
      const secrets = container.Secrets ?? [];

      test('it has the same variables, except NODE_ENV=production', () => {
        const given = [...container.Environment, ...secrets].map(({ Name }) => Name);
        const wanted = Object.keys(service.environment ?? {}).filter(
          (variable) => !(without as readonly string[]).includes(variable),
        );
        assert.deepEqual(given.toSorted(), wanted.toSorted());
        const { Value } = container.Environment.find(({ Name }) => Name === 'NODE_ENV')!;
        assert.equal(Value, 'production');
      });

      test('users can set what they can set in Compose', () => {
        const texts = container.Environment.filter(({ Value }) => typeof Value !== 'object');
        const settable = texts.filter(
          ({ Name }) => readVariables(String(service.environment?.[Name] ?? '')).length > 0,
        );
        assert.deepEqual(
          settable.map(({ Name }) => Name).filter((variable) => variable !== FIXED),
          [],
        );
      });

      test('secrets come from Secrets Manager', () => {
        const open = container.Environment.filter(({ Name }) =>
          /PASS|SECRET|KEY$|HEADERS$/.test(Name),
        );
        assert.deepEqual(open, []);
        for (const { Name, ValueFrom } of secrets)
          assert.match(JSON.stringify(ValueFrom), /Secret/, Name);
      });

      test('it runs the same image with the same command', () => {
        assert.deepEqual(container.Image, { Ref: image });
        const command = unescape((service.command ?? []).at(-1) ?? '');
        const own = container.Command?.join(' ');
        if (service.command === undefined) assert.equal(own, undefined, "the image's own");
        else if (name === 'migrate') assert.ok(command.startsWith(`${own} &&`), own);
        else assert.equal(command.trim().split('\n').at(-1), `exec ${own}`);
      });

      test('it has the same ports', () => {
        const ports = (container.PortMappings ?? []).map(({ ContainerPort }) => ContainerPort);
        assert.deepEqual(ports, portsOf(name));
      });

      test('it has the same limits', () => {
        const { cpus, memory } = service.deploy!.resources.limits;
        assert.equal(Number(task.Cpu), Number(withDefaults(cpus)) * 1024);
        assert.equal(`${container.Memory}m`, withDefaults(memory));
        const sum = task.ContainerDefinitions.reduce((total, { Memory }) => total + Memory, 0);
        assert.ok(sum <= Number(task.Memory), `${sum} of ${task.Memory} MiB`);
      });

      test('it is read-only and has no capability', () => {
        for (const { Name, ReadonlyRootFilesystem, LinuxParameters } of task.ContainerDefinitions) {
          assert.equal(ReadonlyRootFilesystem, service.read_only, Name);
          assert.deepEqual(LinuxParameters?.Capabilities.Drop, service.cap_drop, Name);
        }
      });

      test('its health check asks for liveness at the same interval', () => {
        const { healthcheck } = service;
        if (healthcheck === undefined) return assert.equal(container.HealthCheck, undefined);
        const { Command, ...times } = container.HealthCheck!;
        assert.deepEqual(
          Command,
          healthcheck.test.map((part) => part.replace('/ready', '/health')),
        );
        assert.deepEqual(times, {
          Interval: secondsOf(healthcheck.interval),
          Timeout: secondsOf(healthcheck.timeout),
          Retries: healthcheck.retries,
          StartPeriod: secondsOf(healthcheck.start_period),
        });
      });

      test('it has the same time to stop', () => {
        const { StopTimeout } = container;
        if (service.stop_grace_period === undefined) return;
        assert.equal(StopTimeout, secondsOf(service.stop_grace_period));
        assert.ok(StopTimeout <= 120, 'Fargate allows no more');
      });
    });
  }
}

test('the stop timeout of workers exceeds WORKER_GRACE_MS and their exit deadline', () => {
  const most = /'WORKER_GRACE_MS', \{ min: 0, max: ([\d_]+)/.exec(
    readText('services/worker/settings/config.ts'),
  );
  const deadline = /EXIT_DEADLINE_MS = ([\d_]+)/.exec(readText('services/worker/main.ts'));
  const [graceMs, deadlineMs] = [most, deadline].map((found) =>
    Number(found?.[1]?.replaceAll('_', '')),
  );
  assert.ok(deadlineMs! > graceMs!, `${deadlineMs} > ${graceMs}`);
  for (const name of TASKS.worker.tasks) {
    const { StopTimeout = 0 } = taskOf(TEMPLATE, name).ContainerDefinitions[0]!;
    assert.ok(StopTimeout * 1000 > deadlineMs!, name);
  }
});

test('collector and database have the versions of Compose', () => {
  const { Default } = TEMPLATE.Parameters['CollectorImage']!;
  assert.equal(Default, serviceOf('otel-collector').image);
  const { EngineVersion } = TEMPLATE.Resources['Database']!.Properties;
  assert.ok(
    serviceOf('postgres').image.startsWith(`postgres:${EngineVersion}-`),
    `${EngineVersion}`,
  );
});

function secondsOf(text: string | undefined): number {
  return Number(/^(\d+)s$/.exec(text ?? '')?.[1]);
}
