import assert from 'node:assert/strict';
import { logs } from '@opentelemetry/api';
import { after, afterEach, before, describe, test } from 'node:test';
import type { CountedExportConfig } from '@aio/tracing/counted-export';
import { createLogger } from '../logger.ts';
import { startTelemetry, type Telemetry } from '../telemetry.ts';
import {
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceiverMode,
} from '../testing/otlp-receiver.ts';
import { createTracing } from '../tracing.ts';
import {
  countExports,
  type ExportCounts,
  silentLog,
  telemetryConfig,
} from '../testing/telemetry.ts';

let receiver: OtlpReceiver;
let telemetry: Telemetry | null = null;
const warnings: string[] = [];
const warn = (_: object, message: string) => void warnings.push(message);
const log = { ...silentLog, info: warn, warn };

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
  return { telemetry, ...counted };
}

interface Signal {
  /** Makes as many spans or log records. */
  make(count: number): Promise<void>;
  read(counted: ReturnType<typeof countExports>): Promise<ExportCounts>;
  collector: string;
}

const SIGNALS: Readonly<Record<'spans' | 'log records', Signal>> = {
  spans: {
    async make(count) {
      const tracing = createTracing('@aio/test');
      for (let nth = 0; nth < count; nth += 1)
        await tracing.inServerSpan({ method: 'GET', headers: {} }, async () => undefined);
    },
    read: (counted) => counted.read(),
    collector: 'The trace collector',
  },
  'log records': {
    async make(count) {
      const config = { service: 'aio-test', level: 'info' };
      const writer = createLogger(config, { write: () => undefined });
      for (let nth = 0; nth < count; nth += 1) writer.info('line');
    },
    read: (counted) => counted.readLogRecords(),
    collector: 'The log collector',
  },
};

for (const [name, { make, read, collector }] of Object.entries(SIGNALS)) {
  describe(name, { timeout: 120_000 }, () => {
    /** Each one counts once. Waits until the counters add up, or for the runner's deadline. */
    async function settled(counted: ReturnType<typeof countExports>, total: number) {
      for (;;) {
        const counts = await read(counted);
        const { exported, queueFull, exportFailed, timedOut } = counts;
        if (exported + queueFull + exportFailed + timedOut >= total) return counts;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }

    test('that are delivered count as exported, and none as dropped', async () => {
      const counted = await start('accept', {});
      await make(3000);
      const none = { queueFull: 0, exportFailed: 0, timedOut: 0, errors: 0 };
      assert.deepEqual(await settled(counted, 3000), { exported: 3000, ...none });
    });

    test('fill the queue of a silent collector; the rest is dropped and counted', async () => {
      const counted = await start('hang', { queueSize: 100, batchSize: 10, timeoutMs: 200 });
      await make(500);
      const counts = await settled(counted, 500);
      assert.deepEqual([counts.exported, counts.exportFailed], [0, 0]);
      assert.equal(counts.queueFull + counts.timedOut, 500);
      // On a slow machine, more are dropped, because sends time out.
      assert.ok(counts.queueFull > 0, 'nothing dropped at the queue');
      assert.ok(counts.errors >= 1);
    });

    test('of a refused batch are counted; the log has the refusal once, and its end', async () => {
      const counted = await start('reject', {});
      await make(3);
      assert.equal((await settled(counted, 3)).exportFailed, 3);
      await make(3);
      assert.equal((await settled(counted, 6)).exportFailed, 6);
      receiver.mode = 'accept';
      await make(3);
      assert.equal((await settled(counted, 9)).exported, 3);
      assert.deepEqual(warnings, [
        `${collector} answers 400; ${name} are dropped`,
        `${collector} answers again`,
      ]);
    });

    test('with a wrong header are dropped and counted, until the header is right', async (t) => {
      receiver.demands = { name: 'x-api-key', value: 'right' };
      process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'x-api-key=wrong';
      t.after(() => {
        receiver.demands = null;
        delete process.env['OTEL_EXPORTER_OTLP_HEADERS'];
      });
      const counted = await start('accept', {});
      await make(3);
      assert.equal((await settled(counted, 3)).exportFailed, 3);
      assert.deepEqual(warnings, [`${collector} answers 401; ${name} are dropped`]);
      await counted.telemetry.shutdown();
      process.env['OTEL_EXPORTER_OTLP_HEADERS'] = 'x-api-key=right';
      const again = await start('accept', {});
      await make(3);
      assert.equal((await settled(again, 3)).exported, 3);
    });

    test('without a collector: shutdown keeps its deadline and counts the lost ones', async () => {
      const counted = await start('accept', {}, 'http://127.0.0.1:9');
      await make(50);
      const { lost } = await counted.telemetry.shutdown(100);
      assert.ok(lost > 0);
      assert.equal((await read(counted)).exportFailed, 50);
    });

    test('that are left are delivered by shutdown', async () => {
      const counted = await start('accept', { delayMs: 60_000 });
      await make(20);
      assert.deepEqual(await counted.telemetry.shutdown(), { lost: 0 });
      assert.equal((await read(counted)).exported, 20);
    });
  });
}

test('without a URL for spans, log records are exported all the same', async () => {
  const { counters } = countExports();
  const config = { ...telemetryConfig(receiver.endpoint), tracesUrl: undefined };
  const logsUrl = `${receiver.endpoint}/v1/logs`;
  telemetry = await startTelemetry({ ...config, logsUrl }, { counters, log });
  const writer = createLogger({ service: 'aio-test', level: 'info' }, { write: () => undefined });
  writer.info('a line alone');
  await receiver.waitForLogRecords((all) => all.some(({ body }) => body === 'a line alone'));
});

test('without a URL for logs, there are no records', { timeout: 120_000 }, async () => {
  const { counters, readLogRecords } = countExports();
  telemetry = await startTelemetry(telemetryConfig(receiver.endpoint), { counters, log });
  assert.equal(logs.getLogger('aio-test').enabled(), false, 'no line is read again');
  assert.deepEqual(await telemetry.shutdown(), { lost: 0 });
  assert.equal((await readLogRecords()).exported, 0);
});
