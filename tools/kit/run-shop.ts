/** The example's API and worker, with servers of their own, and what can be seen of them from outside. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../process/free-port.ts';
import { startPart } from '../process/process.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { startRedis } from '../servers/redis.ts';
import { startTraceStore } from '../servers/trace-store.ts';
import { waitUntil } from '../system/wait-until.ts';
import type { KitOptions } from './verify.ts';

export interface Shop {
  url: string;
  databaseUrl: string;
  /** Trace, exemplar and board. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

export async function startShop(options: KitOptions, node: string, folder: string): Promise<Shop> {
  const { dataDir, programDir, searchPath, say } = options;
  const parts: { stop(): Promise<unknown> }[] = [];
  const stop = async () => {
    for (const part of parts.toReversed()) await part.stop();
  };
  const started = async <P extends { stop(): Promise<unknown> }>(starting: Promise<P>) => {
    const part = await starting;
    parts.push(part);
    return part;
  };
  try {
    const places = { dataDir, programDir, searchPath };
    const postgres = await started(
      startPostgres({ dataDir, port: await findFreePort(), fsync: false }),
    );
    const redis = await started(startRedis({ ...places, port: await findFreePort() }));
    const ports = { otlpHttp: await findFreePort(), jaegerUi: await findFreePort() };
    await started(startTraceStore({ dataDir, ports }));
    const [http, ofApi, ofWorker] = [
      await findFreePort(),
      await findFreePort(),
      await findFreePort(),
    ];
    const prometheus = await started(
      startPrometheus({
        ...places,
        port: await findFreePort(),
        targets: [{ job: 'shop', ports: [ofApi, ofWorker] }],
        scrapeIntervalMs: 1000,
        evaluationIntervalMs: 1000,
        ruleFiles: [join(folder, 'generated/rules.yml')],
      }),
    );
    const env = {
      PATH: searchPath,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpHttp}`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      PORT: String(http),
    };
    const startProcess = (name: string, metricsPort: number, isReady: () => Promise<boolean>) =>
      started(
        startPart({
          name,
          command: node,
          args: [`${name}.ts`],
          cwd: folder,
          env: { ...env, METRICS_PORT: String(metricsPort) },
          logFile: join(dataDir, `logs/${name}.log`),
          isReady,
        }),
      );
    const answers = (url: string) => async () => (await fetch(url)).ok;
    await startProcess('worker', ofWorker, answers(`http://127.0.0.1:${ofWorker}/metrics`));
    await startProcess('api', ofApi, answers(`http://127.0.0.1:${http}/ready`));
    const url = `http://127.0.0.1:${http}`;
    const seen = { url, prometheus: prometheus.url, traces: `http://127.0.0.1:${ports.jaegerUi}` };
    return {
      url,
      databaseUrl: postgres.url,
      stop,
      async check() {
        say('one trace', await checkTrace(seen));
        say('exemplars', await checkExemplar(seen));
        say('queries of the board', await checkQueries(seen, folder));
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Places {
  url: string;
  prometheus: string;
  traces: string;
}

/** Spans from the request through the queue to SQL, each below the one before. */
const PATH = ['POST /orders', 'send orders', 'process orders', 'save-order'];

async function checkTrace({ url, traces }: Places): Promise<string> {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const answer = await fetch(`${url}/orders`, { method: 'POST', headers: { traceparent } });
  if (answer.status !== 202) throw new Error(`POST /orders answered ${answer.status}`);
  await waitUntil('the trace of an order', 30_000, async () =>
    isPath(await readSpans(traces, traceId)),
  );
  return `${PATH.join(' → ')}`;
}

interface StoredSpan {
  spanId: string;
  parentSpanId?: string;
  name: string;
}

async function readSpans(traces: string, traceId: string): Promise<StoredSpan[]> {
  const response = await fetch(`${traces}/api/v3/traces/${traceId}`);
  if (!response.ok) return [];
  const { result } = (await response.json()) as {
    result: { resourceSpans: { scopeSpans: { spans: StoredSpan[] }[] }[] };
  };
  return result.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function isPath(spans: readonly StoredSpan[]): boolean {
  const found = PATH.map((name) => spans.find((span) => span.name === name));
  return found.every(
    (span, nth) => span && (nth === 0 || span.parentSpanId === found[nth - 1]?.spanId),
  );
}

async function checkExemplar({ prometheus, traces }: Places): Promise<string> {
  const query = encodeURIComponent('shop_order_seconds_bucket');
  let traceId = '';
  await waitUntil('an exemplar in Prometheus', 60_000, async () => {
    const now = Date.now() / 1000;
    const range = `start=${now - 300}&end=${now}`;
    const { data } = await getJson<{
      data: { exemplars: { labels: { trace_id: string } }[] }[];
    }>(`${prometheus}/api/v1/query_exemplars?query=${query}&${range}`);
    traceId = data.flatMap(({ exemplars }) => exemplars)[0]?.labels.trace_id ?? '';
    return traceId !== '';
  });
  if ((await readSpans(traces, traceId)).length === 0)
    throw new Error(`the exemplar's trace ${traceId} does not exist`);
  return `of shop_order_seconds in Prometheus: trace ${traceId} exists`;
}

async function checkQueries({ url, prometheus }: Places, folder: string): Promise<string> {
  const { panels } = JSON.parse(readFileSync(join(folder, 'generated/board.json'), 'utf8')) as {
    panels: { title: string; targets?: { expr: string }[] }[];
  };
  const queries = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ title, expr })),
  );
  for (const { title, expr } of queries) {
    const query = encodeURIComponent(
      expr.replaceAll('$__rate_interval', '30s').replaceAll('$instance', '.*'),
    );
    await waitUntil(`data of the panel ${title}`, 60_000, async () => {
      // A share is absent while there are no requests.
      await fetch(`${url}/orders`, { method: 'POST' });
      const { data } = await getJson<{ data: { result: unknown[] } }>(
        `${prometheus}/api/v1/query?query=${query}`,
      );
      return data.result.length > 0;
    });
  }
  return `all ${queries.length} queries have data in Prometheus`;
}

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
