import assert from 'node:assert/strict';
import { delimiter, dirname } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startOtlpReceiver } from '@aio/runtime/testing/otlp-receiver';
import {
  collectorDestination,
  destinationVariables,
} from '@aio/platform/settings/collector-destination';
import { readEnvironment } from '@aio/platform/settings/environment';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { findFreePort } from '../process/free-port.ts';
import { startJaeger } from '../servers/jaeger.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { startCollector } from '../testing/start-collector.ts';
import { sendSpans } from './send-spans.ts';

const jaeger = process.env.TEST_JAEGER_PATH;
const prometheus = process.env.TEST_PROMETHEUS_PATH;
const lacksJaeger = jaeger
  ? false
  : 'no jaeger on this machine; `npm run servers -- jaeger` gets it';
const lacksMonitor = lacksJaeger || (prometheus ? false : 'no prometheus on this machine');
const searchPath = process.env.PATH ?? '';

interface MetricFamily {
  metrics: { metricPoints: { gaugeValue: { doubleValue: number | 'NaN' } }[] }[];
}

test('the Monitor tab has rate, errors and latency', { skip: lacksMonitor }, async (t) => {
  const dataDir = makeTestFolder(t, 'jaeger');
  const ports = {
    jaegerUi: await findFreePort(),
    otlpGrpc: await findFreePort(),
    otlpHttp: await findFreePort(),
    spanMetrics: await findFreePort(),
  };
  const server = await startPrometheus({
    dataDir,
    port: await findFreePort(),
    searchPath: [dirname(prometheus as string), searchPath].join(delimiter),
    targets: [{ job: 'span-metrics', ports: [ports.spanMetrics] }],
    scrapeIntervalMs: 500,
  });
  t.after(() => server.stop());
  const part = await startJaeger(jaeger as string, {
    dataDir,
    searchPath,
    ports,
    prometheusUrl: server.url,
    spanMetricsEvery: '500ms',
  });
  t.after(() => part.stop());

  const ask = async (what: string) => {
    const query = `service=shop&spanKind=server&endTs=${Date.now()}&lookback=60000&step=1000&ratePer=10000`;
    const response = await fetch(
      `http://127.0.0.1:${ports.jaegerUi}/api/metrics/${what}${what.includes('?') ? '&' : '?'}${query}`,
    );
    assert.equal(response.status, 200, await response.clone().text());
    const { metrics } = (await response.json()) as MetricFamily;
    const points = metrics.flatMap(({ metricPoints }) => metricPoints);
    return Number(points.at(-1)?.gaugeValue.doubleValue ?? 0);
  };
  // A rate needs two different samples. Half of the spans failed, all took 80 ms.
  const look = async () => {
    await sendSpans(`http://127.0.0.1:${ports.otlpHttp}`, 'shop', [
      { name: 'buy', durationMs: 80 },
      { name: 'buy', durationMs: 80, isError: true },
    ]);
    return (await ask('calls')) > 0 && (await ask('errors')) > 0;
  };
  await waitUntil(look, { what: 'the Monitor tab to have data', timeoutMs: 30_000 });
  const [calls, errors, latency] = [
    await ask('calls'),
    await ask('errors'),
    await ask('latencies?quantile=0.95'),
  ];
  t.diagnostic(`${calls} spans a second, ${errors} of them failed, P95 ${latency} ms`);
  assert.ok(Math.abs(errors - 0.5) < 0.1, `errors ${errors}`);
  assert.ok(latency > 50 && latency <= 100, `latency ${latency}, of the bucket from 50 to 100 ms`);
});

test('the collector keeps failed and slow traces, counts all', { skip: lacksJaeger }, async (t) => {
  const backend = await startOtlpReceiver();
  t.after(() => backend.close());
  const collector = await startCollector(jaeger as string, makeTestFolder(t, 'jaeger'), {
    COLLECTOR_SPAN_METRICS_EVERY: '500ms',
    COLLECTOR_TRACES_URL: backend.endpoint,
    COLLECTOR_REST_PERCENT: '0',
  });
  t.after(() => collector.stop());
  const send = (spans: Parameters<typeof sendSpans>[2]) =>
    sendSpans(collector.endpoint, 'shop', spans);

  const dropped = await send([{ name: 'well', durationMs: 100 }]);
  const failed = await send([
    { name: 'well', durationMs: 100 },
    { name: 'failed', durationMs: 10, isError: true },
  ]);
  const slow = await send([{ name: 'slow', durationMs: 31_000 }]);
  await backend.waitForSpans(failed, (spans) => spans.length === 2);
  await backend.waitForSpans(slow, (spans) => spans.length === 1);
  assert.deepEqual(backend.spans(dropped), []);

  const counted = async () => {
    const text = await (await fetch(collector.metricsUrl)).text();
    const lines = text.matchAll(/^traces_span_metrics_calls_total\{.*\} (\d+)$/gm);
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0) === 4;
  };
  await waitUntil(counted, { what: 'four spans to be counted', timeoutMs: 20_000 });
});

/** A collector whose second destination demands the header `x-api-key: right $1`. */
async function startWithHeader(t: TestContext, header: string) {
  const [backend, other] = [await startOtlpReceiver(), await startOtlpReceiver()];
  other.demands = { name: 'x-api-key', value: 'right $1' };
  const values = readEnvironment(destinationVariables, {
    OTEL_EXPORTER_OTLP_ENDPOINT: other.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: `x-dataset=aio,x-api-key=${header}`,
  });
  const folder = makeTestFolder(t, 'jaeger');
  const env = { COLLECTOR_TRACES_URL: backend.endpoint, COLLECTOR_REST_PERCENT: '100' };
  const collector = await startCollector(
    jaeger as string,
    folder,
    env,
    collectorDestination(values).replace('"encoding"', '"compression": "none", "encoding"'),
  );
  t.after(async () => {
    await collector.stop();
    await backend.close();
    await other.close();
  });
  const traceId = await sendSpans(collector.endpoint, 'shop', [{ name: 'buy', durationMs: 1 }]);
  await backend.waitForSpans(traceId, ({ length }) => length === 1);
  const failed = async () => {
    const text = await (await fetch(collector.ownMetricsUrl)).text();
    const line =
      /^otelcol_exporter_send_failed_spans_total\{.*exporter="otlphttp\/endpoint".*\} (\d+)$/m;
    return Number(line.exec(text)?.[1] ?? 0);
  };
  return { other, traceId, failed };
}

test('the collector also sends to an endpoint with headers', { skip: lacksJaeger }, async (t) => {
  const { other, traceId, failed } = await startWithHeader(t, 'right%20$1');
  await other.waitForSpans(traceId, ({ length }) => length === 1);
  assert.equal(await failed(), 0);
});

test('the collector counts spans that an endpoint refuses', { skip: lacksJaeger }, async (t) => {
  const { other, failed } = await startWithHeader(t, 'wrong');
  await waitUntil(async () => (await failed()) === 1, { what: 'a lost span', timeoutMs: 20_000 });
  assert.deepEqual(other.spans(), []);
});
