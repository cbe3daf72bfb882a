import { randomBytes } from 'node:crypto';
import { startHttpServer } from '@aio/tools/testing/http-server';
import type { ApiClient } from '@aio/tools/system/client';
import { ApiError } from '@aio/tools/system/client';
import type { Act, Attack } from './attack.ts';
import { countAnswers } from './count.ts';

const AT_ONCE = 40;
const SETTLE_WITHIN_MS = 180_000;

/** An API that has just started compiles its code during its first answers, which is no part of an attack. */
const WARM_READS = 5;

/** Reads each path some times, then, as the attack, 40 times at once, one path after the other. */
async function readEach(builder: ApiClient, paths: Readonly<Record<string, string>>) {
  for (const path of Object.values(paths))
    for (let read = 0; read < WARM_READS; read++)
      await countAnswers(1, () => builder.request('GET', path));
  const actOf = (path: string): Act => {
    return () => countAnswers(AT_ONCE, () => builder.request('GET', path));
  };
  return Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, actOf(path)]));
}

const STEP = { type: 'transform' as const, with: { value: 1 } };
const SPANS = 40_000;

export const LARGE_TRACES: Attack = {
  name: 'large-traces',
  what: `a builder reads a trace of ${SPANS} spans, 30 MB, ${AT_ONCE} times at once`,
  async prepare({ open, defer }) {
    let trace = '{}';
    const store = await startHttpServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(request.method === 'GET' ? trace : '{}');
    });
    defer(store.close);
    const { bed, builder } = await open({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: store.url, JAEGER_QUERY_URL: store.url },
    });
    await builder.createWorkflow({ name: 'traced', steps: { step: STEP } });
    const { id } = await builder.submitRun('traced');
    await bed.settle();
    const { traceId } = await builder.get<{ traceId: string }>(`/runs/${id}`);
    trace = makeTrace(traceId, id);
    return readEach(builder, { trace: `/runs/${id}/trace` });
  },
};

/** As Jaeger answers. Each span has 760 bytes, as one of AIO's. */
function makeTrace(traceId: string, runId: string): string {
  const rootId = randomBytes(8).toString('hex');
  const startedAt = BigInt(Date.now()) * 1_000_000n;
  const attributes = [
    { key: 'aio.run.id', value: { stringValue: runId } },
    { key: 'url.full', value: { stringValue: `http://localhost/${'x'.repeat(350)}` } },
  ];
  const spans = Array.from({ length: SPANS }, (_, index) => ({
    traceId,
    spanId: index === 0 ? rootId : randomBytes(8).toString('hex'),
    ...(index > 0 && { parentSpanId: rootId }),
    name: index === 0 ? 'run traced' : 'GET',
    kind: 3,
    startTimeUnixNano: String(startedAt + BigInt(index)),
    endTimeUnixNano: String(startedAt + 1_000_000_000n),
    attributes,
    status: {},
  }));
  return JSON.stringify({ result: { resourceSpans: [{ scopeSpans: [{ spans }] }] } });
}

const RETRIED_STEPS = 300;
const RETRIED_ITEMS = 100;
/** The most attempts that a definition may ask for, now and in earlier versions. */
const MOST_ATTEMPTS = [100, 20];

export const MANY_ATTEMPTS: Attack = {
  name: 'many-attempts',
  what: `a builder reads ${RETRIED_STEPS} steps and ${RETRIED_ITEMS} items with as many attempts as they may have, ${AT_ONCE} times at once`,
  async prepare({ open, progress }) {
    const { bed, builder } = await open();
    const attempts = await findMostAttempts(builder);
    progress('makes attempts');
    const step = { ...bed.call('fail=1'), onFailure: 'continue' as const };
    const over = Array.from({ length: RETRIED_ITEMS }, (_, item) => item);
    const steps = Array.from({ length: RETRIED_STEPS }, (_, index) => [`s${index}`, step] as const);
    await builder.createWorkflow({
      name: 'retried',
      steps: { ...Object.fromEntries(steps), map: { type: 'map', over, concurrency: 100, step } },
    });
    const { id } = await builder.submitRun('retried');
    await bed.settle(SETTLE_WITHIN_MS);
    // A run with so many attempts takes minutes.
    await bed.db.query(
      `with earlier as (
         insert into step_attempts (run_id, step, iteration, attempt, status, error, worker_id, span_id,
           ready_at, started_at, finished_at, started_seq, finished_seq)
         select run_id, step, iteration, n, 'failed', error, worker_id, span_id,
           ready_at, started_at, started_at, started_seq, finished_seq
         from steps cross join generate_series(1, $1 - 1) as n where kind = 'http')
       update steps set attempt = $1 where kind = 'http'`,
      [attempts],
    );
    return readEach(builder, {
      'GET run': `/runs/${id}?outputs=false`,
      'GET run with outputs': `/runs/${id}`,
      '/time': `/runs/${id}/time`,
      '/items': `/runs/${id}/steps/map/items?limit=100&outputs=false`,
    });
  },
};

async function findMostAttempts(builder: ApiClient): Promise<number> {
  for (const maxAttempts of MOST_ATTEMPTS) {
    const step = { ...STEP, retry: { maxAttempts } };
    try {
      await builder.createWorkflow({ name: 'probe', steps: { step } });
      return maxAttempts;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
  throw new Error(`A definition may not ask for ${MOST_ATTEMPTS.join(' or ')} attempts.`);
}

const VERSIONS = 50;
const STEPS_EACH = 200;

export const RENAMED_STEPS: Attack = {
  name: 'renamed-steps',
  what: `a builder reads grid and statistics of ${VERSIONS} versions with ${STEPS_EACH} steps of other names each, ${AT_ONCE} times at once`,
  async prepare({ open, progress }) {
    const { bed, builder } = await open();
    progress('makes versions');
    for (let version = 0; version < VERSIONS; version++) {
      const names = Array.from({ length: STEPS_EACH }, (_, index) => `v${version}_${index}`);
      const steps = Object.fromEntries(names.map((name) => [name, STEP]));
      await builder.createWorkflow({ name: 'renamed', steps });
      await builder.submitRun('renamed');
    }
    await bed.settle(SETTLE_WITHIN_MS);
    return readEach(builder, {
      grid: '/workflows/renamed/grid',
      statistics: '/workflows/renamed/statistics',
    });
  },
};

const LOGS = 9;
const LINES = 580;
const MESSAGE_LENGTH = 10;

export const LARGE_LOGS: Attack = {
  name: 'large-logs',
  what: `a builder reads logs of 549 kB ${AT_ONCE} times at once`,
  async prepare({ open }) {
    const { bed, builder } = await open();
    const steps = Array.from({ length: LOGS }, (_, index) => [`s${index}`, STEP] as const);
    await builder.createWorkflow({ name: 'logged', steps: Object.fromEntries(steps) });
    const { id } = await builder.submitRun('logged');
    await bed.settle();
    await bed.db.query(
      `insert into step_logs (run_id, step, iteration, attempt, lines)
       select run_id, step, iteration, attempt, (
         select json_agg(json_build_object('at', started_at, 'level', 'info', 'message', repeat('x', $1), 'line', line))
         from generate_series(1, $2) as line)
       from steps
       on conflict (run_id, step, iteration, attempt) do update set lines = excluded.lines`,
      [MESSAGE_LENGTH, LINES],
    );
    return readEach(builder, { logs: `/runs/${id}/logs` });
  },
};
