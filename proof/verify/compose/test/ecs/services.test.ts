import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTemplate, resourcesOf, type Value, variableOf } from '../../testing/ecs-template.ts';
import { readText } from '../../testing/files.ts';

const TEMPLATE = readTemplate();
const METRIC = 'aio_queue_expected_wait_seconds';
const LANES = TEMPLATE.Mappings['Lanes']!;

interface Service {
  TaskDefinition: { Ref: Value };
  DeploymentConfiguration: { DeploymentCircuitBreaker: object; MinimumHealthyPercent: number };
}

interface Policy {
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: Value;
    CustomizedMetricSpecification?: {
      Namespace: Value;
      MetricName: string;
      Dimensions: { Name: string; Value: { 'Fn::FindInMap': [string, string, string] } }[];
    };
    PredefinedMetricSpecification?: { PredefinedMetricType: string };
  };
}

test('each lane has a service that serves only this lane', () => {
  const kinds = /LANE_KINDS = \[(.+)\]/.exec(readText('observability/catalog/kinds.generated.ts'));
  const lanes = [...(kinds?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, lane]) => lane);
  const queues = Object.values(LANES).map(({ Queue }) => Queue);
  assert.deepEqual(queues, ['default', ...lanes]);
  for (const { Queue, Kinds = '' } of Object.values(LANES))
    assert.equal(Kinds.split(':')[0], Queue === 'default' ? 'none' : Queue);
  const services = resourcesOf(TEMPLATE, 'AWS::ECS::Service').map(([name]) => name);
  const workers = Object.keys(LANES).map((lane) => `Worker${lane}Service`);
  assert.deepEqual(services.toSorted(), ['ApiService', 'WebService', ...workers].toSorted());
});

test('ECS rolls back an unhealthy deployment and keeps the running tasks', () => {
  for (const [name, { Properties }] of resourcesOf<Service>(TEMPLATE, 'AWS::ECS::Service')) {
    const { DeploymentCircuitBreaker, MinimumHealthyPercent } = Properties.DeploymentConfiguration;
    assert.deepEqual(DeploymentCircuitBreaker, { Enable: true, Rollback: true }, name);
    assert.equal(MinimumHealthyPercent, 100, name);
  }
});

test('CloudFormation updates workers, then APIs, then the web UI', () => {
  const after = (name: string) => [TEMPLATE.Resources[name]?.DependsOn ?? []].flat();
  for (const lane of Object.keys(LANES))
    assert.ok(after('ApiService').includes(`Worker${lane}Service`), lane);
  assert.ok(after('WebService').includes('ApiService'));
});

test('workers scale by the expected wait of their lane, APIs by CPU', () => {
  const policies = new Map(
    resourcesOf<Policy>(TEMPLATE, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
      ([name, { Properties }]) => [name, Properties.TargetTrackingScalingPolicyConfiguration],
    ),
  );
  const { PredefinedMetricType } = policies.get('ApiPolicy')!.PredefinedMetricSpecification!;
  assert.equal(PredefinedMetricType, 'ECSServiceAverageCPUUtilization');
  for (const lane of Object.keys(LANES)) {
    const policy = policies.get(`Worker${lane}Policy`);
    assert.deepEqual(policy?.TargetValue, { 'Fn::FindInMap': ['Lanes', lane, 'ExpectedWait'] });
    const metric = policy?.CustomizedMetricSpecification;
    assert.equal(metric?.MetricName, METRIC);
    assert.deepEqual(metric.Dimensions, [
      { Name: 'queue', Value: { 'Fn::FindInMap': ['Lanes', lane, 'Queue'] } },
    ]);
    assert.deepEqual(metric.Namespace, variableOf(TEMPLATE, 'ApiTask', 'METRICS_NAMESPACE'));
  }
  assert.equal(policies.size, 1 + Object.keys(LANES).length);
});

test('each lane gets more workers at the expected wait of its scaled object in Kubernetes', () => {
  const scaled = readText('deploy/kubernetes/components/keda/scaled-objects.yaml');
  const thresholds = [...scaled.matchAll(/queue="(\w+)"\}\)\s+threshold: '(\d+)'/g)].map(
    ([, queue, threshold]) => [queue, threshold],
  );
  assert.deepEqual(
    Object.values(LANES)
      .map(({ Queue, ExpectedWait }) => [Queue, ExpectedWait])
      .toSorted(),
    thresholds.toSorted(),
  );
});

test('load balancers keep event streams open and have no stickiness', () => {
  const balancers = resourcesOf<{ LoadBalancerAttributes: Attribute[] }>(
    TEMPLATE,
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
  );
  assert.equal(balancers.length, 2);
  const heartbeat = /HEARTBEAT_MS = ([\d_]+)/.exec(readText('services/api/events/create-feeds.ts'));
  const keepAlive = /keepAliveMs: ([\d_]+)/.exec(readText('services/http/bounded-server.ts'));
  const [heartbeatMs, keepAliveMs] = [heartbeat, keepAlive].map((found) =>
    Number(found?.[1]?.replaceAll('_', '')),
  );
  for (const [name, { Properties }] of balancers) {
    const idleMs =
      1000 * Number(attributeOf(Properties.LoadBalancerAttributes, 'idle_timeout.timeout_seconds'));
    assert.ok(idleMs > 2 * heartbeatMs!, `${name}: a heartbeat may be late`);
    assert.ok(idleMs < keepAliveMs!, `${name} ends idle connections before the task does`);
  }
  const targets = resourcesOf<{ TargetGroupAttributes: Attribute[] }>(
    TEMPLATE,
    'AWS::ElasticLoadBalancingV2::TargetGroup',
  );
  for (const [name, { Properties }] of targets)
    assert.equal(
      attributeOf(Properties.TargetGroupAttributes, 'stickiness.enabled'),
      'false',
      name,
    );
});

test('an alarm counts the server errors that each load balancer makes itself', () => {
  const balancers = resourcesOf(TEMPLATE, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
  const alarms = resourcesOf<{ MetricName: string; Dimensions: Value }>(
    TEMPLATE,
    'AWS::CloudWatch::Alarm',
  ).map(([, { Properties }]) => [Properties.MetricName, Properties.Dimensions]);
  const wanted = balancers.map(([name]) => [
    'HTTPCode_ELB_5XX_Count',
    [
      {
        Name: 'LoadBalancer',
        Value: { 'Fn::GetAtt': [{ 'Fn::Sub': name }, 'LoadBalancerFullName'] },
      },
    ],
  ]);
  assert.deepEqual(alarms, wanted);
});

test('an outage ends no task, Redis evicts nothing, and the database has no public address', () => {
  const wanted: [resource: string, property: string, value: Value][] = [
    ['WebTargets', 'HealthCheckPath', '/health'],
    ['ApiTargets', 'HealthCheckPath', '/ready?require=process'],
    ['RedisParameters', 'Properties', { 'maxmemory-policy': 'noeviction' }],
    ['Database', 'PubliclyAccessible', false],
  ];
  for (const [resource, property, value] of wanted)
    assert.deepEqual(TEMPLATE.Resources[resource]?.Properties[property], value, resource);
});

test('the console shows every parameter in a group', () => {
  const { ParameterGroups } = TEMPLATE.Metadata['AWS::CloudFormation::Interface'];
  assert.deepEqual(
    ParameterGroups.flatMap(({ Parameters }) => Parameters).toSorted(),
    Object.keys(TEMPLATE.Parameters).toSorted(),
  );
});

test('the README sets every parameter without a default, and names existing outputs', () => {
  const readme = readText('deploy/ecs/README.md');
  const wanted = Object.entries(TEMPLATE.Parameters).filter(
    ([, { Default }]) => Default === undefined,
  );
  assert.ok(wanted.length > 5);
  for (const [name] of wanted) assert.match(readme, new RegExp(`^${name}=`, 'm'), name);
  const named = [...readme.matchAll(/(?:^| )([A-Z][a-z]\w+)=/gm)].map(([, name]) => name ?? '');
  assert.deepEqual(
    named.filter((name) => !(name in TEMPLATE.Parameters)),
    [],
  );
  const outputs = [...readme.matchAll(/output ([A-Z]\w+)\)/g)].map(([, name]) => name ?? '');
  assert.ok(outputs.length >= 3);
  assert.deepEqual(
    outputs.filter((name) => !(name in TEMPLATE.Outputs)),
    [],
  );
});

interface Attribute {
  Key: string;
  Value: string;
}

function attributeOf(attributes: readonly Attribute[], key: string): string | undefined {
  return attributes.find(({ Key }) => Key === key)?.Value;
}
