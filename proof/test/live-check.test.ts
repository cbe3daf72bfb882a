import { liveCheck } from '@aio/config/weaver/live-check/live-check';
import { readLiveRegistry } from '@aio/config/weaver/live-check/live-registry';
import type { Sample } from '@aio/config/weaver/live-check/samples';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import { startTestSystem } from '@aio/tools/testing/test-system';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { createLoadClient } from '../verify/telemetry/load/client.ts';
import { driveLoad } from '../verify/telemetry/load/drive.ts';
import { BURST } from '../verify/telemetry/load/workflows.ts';
import {
  type ExportedTelemetry,
  liveSamples,
  REGISTRY,
  scrapeAll,
} from '../verify/telemetry/live-samples.ts';

const registry = readLiveRegistry(REGISTRY);
const WEAVER_CONFIG = join(REGISTRY, '../weaver.toml');
const weaver = process.env.TEST_WEAVER_PATH;

test('a system exports only what the registry defines, in traces, logs and metrics', async (t) => {
  const exported = await exportAll(t);
  const { checked, findings } = liveCheck(registry, liveSamples(exported));
  const { spans, logs, metrics, series } = checked;
  t.diagnostic(`${spans} spans, ${logs} log records, ${metrics} metrics of ${series} series`);
  assert.deepEqual(findings, [], 'see observability/README.md, "Live check"');

  /** The finding of one change in what was exported. */
  const findingOf = (change: Partial<ExportedTelemetry>) =>
    liveCheck(registry, liveSamples({ ...exported, ...change })).findings;

  const ofWorker = (start: string) =>
    exported.spans.find(
      ({ name, resource }) =>
        name.startsWith(start) && resource[ATTRIBUTES.serviceName] === 'aio-worker',
    )!;

  await t.test('an attribute that the registry lacks is a finding', () => {
    const seeded = structuredClone(ofWorker('step http'));
    seeded.attributes['aio.step.colour'] = 'red';
    assert.deepEqual(findingOf({ spans: [...exported.spans, seeded] }), [
      'span "step http" of aio-worker: the registry does not define aio.step.colour; define it in the registry, or do not export it',
    ]);
  });

  await t.test('a span of the wrong kind, without a required attribute, is two', () => {
    const found = ofWorker('run ');
    const { [ATTRIBUTES.runId]: _, ...attributes } = found.attributes;
    const spans = [...exported.spans, { ...found, kind: 'server' as const, attributes }];
    assert.deepEqual(findingOf({ spans }), [
      `span "${found.name}" of aio-worker: its kind is server, that of aio.run is internal; change the code or the registry`,
      `span "${found.name}" of aio-worker: it lacks aio.run.id, which is required; set it, or make it optional in the registry`,
    ]);
  });

  await t.test('a metric of the wrong type and unit is two', () => {
    const { name } = METRICS.scrapeDuration;
    const [[process = '', text = ''] = []] = Object.entries(exported.scrapes);
    const seeded = text
      .replace(`# TYPE ${name} histogram`, `# TYPE ${name} gauge`)
      .replace(`# UNIT ${name} seconds`, `# UNIT ${name} minutes`);
    assert.deepEqual(findingOf({ scrapes: { ...exported.scrapes, [process]: seeded } }), [
      `metric ${name} of ${process}: it is a gauge, in the registry a histogram; change the code or the registry`,
      `metric ${name} of ${process}: its unit is minutes, in the registry s; change the code or the registry`,
    ]);
  });

  await t.test('an undeclared value in a log record is one', () => {
    const seeded = structuredClone(
      exported.logRecords.find(
        ({ eventName, resource }) =>
          eventName === 'aio.run.ended' && resource[ATTRIBUTES.serviceName] === 'aio-worker',
      )!,
    );
    seeded.attributes[ATTRIBUTES.runStatus] = 'exploded';
    assert.deepEqual(findingOf({ logRecords: [...exported.logRecords, seeded] }), [
      'log record aio.run.ended of aio-worker: aio.run.status is "exploded", not one of succeeded, failed, cancelled; change the code or the registry',
    ]);
  });

  const skip = weaver ? false : 'no weaver on PATH; it is in no package registry';
  await t.test('Weaver agrees, and detects an undeclared value', { skip }, () => {
    const good = askWeaver(liveSamples(exported));
    assert.equal(good.status, 0, good.output);
    const seeded = structuredClone(ofWorker('step http'));
    seeded.attributes[ATTRIBUTES.stepKind] = 'ftp';
    const { status, output } = askWeaver(liveSamples({ ...exported, spans: [seeded] }));
    assert.notEqual(status, 0);
    assert.match(output, /'aio\.step\.kind' has value 'ftp'/);
  });
});

/** What two workers and an API export while they do everything that they can. */
async function exportAll(t: TestContext): Promise<ExportedTelemetry> {
  const receiver = await startOtlpReceiver();
  t.after(() => receiver.close());
  const system = await startTestSystem(t, {
    workers: 2,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      LOG_LEVEL: 'debug',
      RATE_LIMITS: 'login=2/1h',
    },
  });
  const { simulator, db } = system;
  const client = createLoadClient(system, simulator.url);
  await driveLoad({ client, simulator, db, burst: [...new Set(BURST)], say: () => {} });
  const scrapes = await scrapeAll(system);
  // The last spans of a process arrive before it ends.
  await system.stop();
  return { spans: receiver.spans(), logRecords: receiver.logRecords(), scrapes };
}

/** Weaver needs minutes for everything, so it judges one sample of each name and set of attributes. */
function askWeaver(samples: readonly Sample[]): { status: number | null; output: string } {
  const unique = new Map(samples.map((sample) => [shapeOf(sample), sample]));
  const options = ['--input-source', 'stdin', '--input-format', 'json', '--no-stream'];
  const { status, stdout, stderr } = spawnSync(
    weaver!,
    ['registry', 'live-check', '--config', WEAVER_CONFIG, '--registry', REGISTRY, ...options],
    { encoding: 'utf8', input: JSON.stringify([...unique.values()]), maxBuffer: 2 ** 26 },
  );
  return { status, output: stdout + stderr };
}

function shapeOf(sample: Sample): string {
  return JSON.stringify(sample, (key, value: unknown) => (key === 'value' ? undefined : value));
}
