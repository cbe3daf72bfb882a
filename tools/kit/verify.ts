/** Tries the example as a stranger would: packed, installed and started outside of the repository. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { findFreePort } from '../process/free-port.ts';
import { startPart } from '../process/process.ts';
import { findK6 } from '../servers/k6.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { startRedis } from '../servers/redis.ts';
import { startTraceStore } from '../servers/trace-store.ts';
import { StackError } from '../stack-error.ts';
import { waitUntil } from '../system/wait-until.ts';
import { makeExample } from './example.ts';

/** The oldest Node.js that the packages promise. */
const OLDEST_NODE = '22';

export interface KitOptions {
  root: string;
  /** A new folder for everything, outside of the repository. */
  dataDir: string;
  /** Has downloaded programs. */
  programDir: string;
  searchPath: string;
  promtool: string | undefined;
  /** Called after each check. @param skipped why it could not be made */
  say: (what: string, found: string, skipped?: boolean) => void;
}

/** @throws Error at the first check that fails */
export async function verifyKit(options: KitOptions): Promise<void> {
  const { root, dataDir, say } = options;
  const folder = join(dataDir, 'shop');
  makeExample({ root, folder, scope: '@example' });
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  say('npm pack and npm install', `${listPackages(folder).join(', ')} in an empty folder`);
  const node = installOldNode(dataDir);
  say('the oldest Node.js', run(node, ['--version'], folder).trim());
  run(node, ['node_modules/typescript/bin/tsc', '-p', '.'], folder);
  say('types', 'tsc accepts the example on the packed types');
  run(node, ['generate.ts'], folder);
  checkRules(options, folder);
  run(
    process.execPath,
    [join(root, 'dashboards/testing/check-board-main.ts'), join(folder, 'generated/board.json')],
    root,
  );
  say('the board', 'matches the types of @grafana/schema');
  const shop = await startShop(options, node, folder);
  try {
    await shop.check();
    await checkLoads(options, folder, shop);
  } finally {
    await shop.stop();
  }
}

function listPackages(folder: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.entries(dependencies).flatMap(([name, place]) =>
    place.startsWith('file:') ? [name] : [],
  );
}

/** From npm's registry. @returns path of the program */
function installOldNode(dataDir: string): string {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(dataDir, 'node');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  run('npm', [...args, `${name}@${OLDEST_NODE}`], folder);
  return join(folder, 'node_modules', name, 'bin/node');
}

function checkRules({ promtool, say }: KitOptions, folder: string): void {
  if (promtool === undefined) return say('rules', 'no promtool on this machine', true);
  const generated = join(folder, 'generated');
  run(promtool, ['check', 'rules', 'rules.yml'], generated);
  run(promtool, ['test', 'rules', 'rules.test.yml'], generated);
  const rules = readFileSync(join(generated, 'rules.yml'), 'utf8');
  writeFileSync(join(generated, 'rules.yml'), rules.replaceAll('> 0.144', '> 0.9'));
  const { status } = spawnSync(promtool, ['test', 'rules', 'rules.test.yml'], { cwd: generated });
  writeFileSync(join(generated, 'rules.yml'), rules);
  if (status === 0) throw new Error('promtool test passed with a wrong threshold');
  say('rules', 'promtool checks and tests them, and fails with a wrong threshold');
}

interface Shop {
  url: string;
  databaseUrl: string;
  /** Trace, exemplar and board. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

async function startShop(options: KitOptions, node: string, folder: string): Promise<Shop> {
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
        say('the board', await checkQueries(seen, folder));
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

async function checkQueries({ prometheus }: Places, folder: string): Promise<string> {
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

/** k6's exit code when a threshold does not hold. */
const THRESHOLD_CROSSED = 99;

async function checkLoads(options: KitOptions, folder: string, shop: Shop): Promise<void> {
  const { programDir, searchPath, say } = options;
  const k6 = findK6({ dataDir: programDir, searchPath });
  if (k6 === undefined) return say('load', 'no k6: npm run servers -- k6', true);
  const expectCode = async (expected: number, script: string) => {
    const args = ['run', '--quiet', '--env', `SHOP_URL=${shop.url}`, script];
    const child = spawn(k6, args, { cwd: folder, env: { PATH: searchPath }, stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== expected) throw new Error(`k6 run ${script} ended with ${code}, not ${expected}`);
  };
  await expectCode(0, 'load.k6.js');
  say('load', 'the thresholds hold');
  const script = readFileSync(join(folder, 'load.k6.js'), 'utf8');
  writeFileSync(join(folder, 'untagged.k6.js'), script.replace("tags: { kind: 'order' }", ''));
  await expectCode(THRESHOLD_CROSSED, 'untagged.k6.js');
  say('load without the tag', 'k6 fails: no request has the tag of the thresholds');
  const slowed = slowDown(shop.databaseUrl);
  await expectCode(THRESHOLD_CROSSED, 'load.k6.js');
  await slowed;
  say('load on a slowed service', 'k6 fails: requests wait for a locked table');
}

/** For eight seconds, locks the table of orders again and again. */
async function slowDown(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query(`do $$ begin
    for i in 1..20 loop
      lock table orders in access exclusive mode;
      perform pg_sleep(0.4);
      commit;
    end loop;
  end $$`);
  await client.end();
}

/** @returns standard output */
function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new StackError(`${program} ${args.join(' ')} failed`, {
    details: [...(error ? [error.message] : []), ...`${stdout}${stderr}`.trim().split('\n')],
  });
}
