import assert from 'node:assert/strict';
import { logs } from '@opentelemetry/api';
import { after, afterEach, before, test } from 'node:test';
import type { CountedExportConfig } from '../counted-export.ts';
import { createLogger } from '../logger.ts';
import { startTelemetry, type Telemetry } from '../telemetry.ts';
import {
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceiverMode,
} from '../testing/otlp-receiver.ts';
import { createTracing } from '../tracing.ts';
import { countExports, telemetryConfig } from './telemetry-fixture.ts';

let receiver: OtlpReceiver;
let telemetry: Telemetry | null = null;
const warnings: string[] = [];
const log = {
  warn: (_: object, message: string) => void warnings.push(message),
  info: (_: object, message: string) => void warnings.push(message),
};

before(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  await telemetry?.shutdown(0);
  warnings.length = 0;
});
after(() => receiver.close());

async function start(
  mode: ReceiverMode,
  config: Partial<CountedExportConfig>,
  endpoint = receiver.endpoint,
) {
  receiver.mode = mode;
  const counted = countExports();
  const base = telemetryConfig(endpoint);
  telemetry = await startTelemetry(
    { ...base, logsUrl: `${endpoint}/v1/logs`, export: { ...base.export, ...config } },
    { counters: counted.counters, log },
  );
  const tracing = createTracing('@aio/test');
  async function makeSpans(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      await tracing.inServerSpan({ method: 'GET', headers: {} }, async () => undefined);
    }
  }
  const writer = createLogger({ service: 'aio-test', level: 'info' }, { write: () => undefined });
  function writeLines(count: number): void {
    for (let i = 0; i < count; i += 1) writer.info('line');
  }
  /** Each log record counts once, like each span. */
  async function recordsSettled(total: number) {
    for (;;) {
      const read = await counted.readLogRecords();
      if (read.exported + read.queueFull + read.exportFailed >= total) return read;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  /** Each span counts once. Waits until the counters add up, or for the runner's deadline. */
  async function settled(total: number) {
    for (;;) {
      const read = await counted.read();
      if (read.exported + read.queueFull + read.exportFailed >= total) return read;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return { telemetry, makeSpans, settled, writeLines, recordsSettled, ...counted };
}

test('delivered spans count as exported, and none as dropped', { timeout: 30_000 }, async () => {
  const { makeSpans, settled } = await start('accept', {});
  await makeSpans(700);
  assert.deepEqual(await settled(700), {
    exported: 700,
    queueFull: 0,
    exportFailed: 0,
    errors: 0,
  });
});

test(
  'a silent collector: the queue fills, the rest is dropped and counted',
  { timeout: 30_000 },
  async () => {
    const { makeSpans, settled } = await start('hang', {
      queueSize: 100,
      batchSize: 10,
      timeoutMs: 200,
    });
    await makeSpans(500);
    const counts = await settled(500);
    assert.equal(counts.exported, 0);
    assert.equal(counts.queueFull + counts.exportFailed, 500);
    // On a slow machine, more are dropped, because sends time out.
    assert.ok(counts.queueFull > 0, 'nothing dropped at the queue');
    assert.ok(counts.errors >= 1);
  },
);

test(
  'a refusing collector: spans of the batch are counted, it is said once, and again when it is back',
  { timeout: 30_000 },
  async () => {
    const { makeSpans, settled } = await start('reject', {});
    await makeSpans(3);
    assert.equal((await settled(3)).exportFailed, 3);
    await makeSpans(3);
    assert.equal((await settled(6)).exportFailed, 6);
    receiver.mode = 'accept';
    await makeSpans(3);
    assert.equal((await settled(9)).exported, 3);
    assert.deepEqual(warnings, [
      'The trace collector does not answer; spans are dropped',
      'The trace collector answers again',
    ]);
  },
);

test(
  'nobody listens: work goes on, shutdown keeps its deadline and says what is lost',
  { timeout: 30_000 },
  async () => {
    const { telemetry: running, makeSpans, read } = await start('accept', {}, 'http://127.0.0.1:9');
    await makeSpans(50);
    const startedAt = performance.now();
    const { lost } = await running.shutdown(100);
    assert.ok(performance.now() - startedAt < 3000);
    assert.ok(lost > 0);
    assert.equal((await read()).exportFailed, 50);
  },
);

test('shutdown delivers what is left', { timeout: 30_000 }, async () => {
  const { telemetry: running, makeSpans, read } = await start('accept', { delayMs: 60_000 });
  await makeSpans(20);
  assert.deepEqual(await running.shutdown(), { lost: 0 });
  assert.equal((await read()).exported, 20);
});

test('delivered log records are counted', { timeout: 30_000 }, async () => {
  const { writeLines, recordsSettled } = await start('accept', {});
  writeLines(3000);
  assert.deepEqual(await recordsSettled(3000), {
    exported: 3000,
    queueFull: 0,
    exportFailed: 0,
    errors: 0,
  });
});

test(
  'a silent collector of logs: the queue fills, the rest is dropped and counted',
  { timeout: 30_000 },
  async () => {
    const { writeLines, recordsSettled } = await start('hang', {
      queueSize: 100,
      batchSize: 10,
      timeoutMs: 200,
    });
    writeLines(500);
    const counts = await recordsSettled(500);
    assert.equal(counts.exported, 0);
    assert.ok(counts.queueFull > 0, 'nothing dropped at the queue');
    assert.ok(counts.errors >= 1);
  },
);

test('a refusing collector of logs is logged once', { timeout: 30_000 }, async () => {
  const { writeLines, recordsSettled } = await start('reject', {});
  writeLines(3);
  assert.equal((await recordsSettled(3)).exportFailed, 3);
  receiver.mode = 'accept';
  writeLines(3);
  assert.equal((await recordsSettled(6)).exported, 3);
  assert.deepEqual(warnings, [
    'The log collector does not answer; log records are dropped',
    'The log collector answers again',
  ]);
});

test('without a collector, shutdown also drops log records', { timeout: 30_000 }, async () => {
  const {
    telemetry: running,
    writeLines,
    readLogRecords,
  } = await start('accept', {}, 'http://127.0.0.1:9');
  writeLines(50);
  const startedAt = performance.now();
  const { lost } = await running.shutdown(100);
  assert.ok(performance.now() - startedAt < 3000);
  assert.ok(lost > 0);
  assert.equal((await readLogRecords()).exportFailed, 50);
});

test('shutdown delivers the last log records', { timeout: 30_000 }, async () => {
  const {
    telemetry: running,
    writeLines,
    readLogRecords,
  } = await start('accept', {
    delayMs: 60_000,
  });
  writeLines(20);
  assert.deepEqual(await running.shutdown(), { lost: 0 });
  assert.equal((await readLogRecords()).exported, 20);
});

test('without a URL for spans, log records are exported all the same', async () => {
  const { counters } = countExports();
  const config = { ...telemetryConfig(receiver.endpoint), tracesUrl: undefined };
  const logsUrl = `${receiver.endpoint}/v1/logs`;
  telemetry = await startTelemetry({ ...config, logsUrl }, { counters, log });
  const writer = createLogger({ service: 'aio-test', level: 'info' }, { write: () => undefined });
  writer.info('a line alone');
  await receiver.waitForLogRecords((all) => all.some(({ body }) => body === 'a line alone'));
});

test('without a URL for logs, there are no records', { timeout: 30_000 }, async () => {
  const { counters, readLogRecords } = countExports();
  telemetry = await startTelemetry(telemetryConfig(receiver.endpoint), { counters, log });
  assert.equal(logs.getLogger('aio-test').enabled(), false, 'no line is read again');
  assert.deepEqual(await telemetry.shutdown(), { lost: 0 });
  assert.equal((await readLogRecords()).exported, 0);
});
