import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findFreePort } from '../free-port.ts';
import { PORTS } from '../ports.ts';
import type { Part } from '../process.ts';
import { createProgress } from './progress.ts';
import type { ServerContext } from './server-context.ts';
import { bringPrometheus, bringTracing, startsJaeger } from './servers.ts';

/** Answers of builds from Go modules: no page, or one that says that there is none. */
const WITHOUT_PAGES = {
  jaeger: { status: 200, html: '<!DOCTYPE html><h1>This is a placeholder for the UI</h1>' },
  prometheus: { status: 500, html: 'Error opening React index.html' },
};
const WITH_PAGES = { status: 200, html: '<!DOCTYPE html><script src="/app.js"></script>' };
type Answer = typeof WITH_PAGES;

/** A stand-in for the server, placed into the data folder. */
function server(first: Answer): string {
  return `
    import { createServer } from 'node:http';
    const port = process.env.JAEGER_UI_PORT ??
      /listen-address=\\S*:(\\d+)/.exec(process.argv.join(' '))[1];
    createServer((request, response) => {
      const isFirst = request.url === '/';
      const isScript = request.url === '/app.js';
      response.writeHead(isFirst ? ${first.status} : 200, {
        'content-type': isScript ? 'text/javascript' : 'text/html',
      });
      response.end(isFirst ? ${JSON.stringify(first.html)} : '');
    }).listen(Number(port), '127.0.0.1');`;
}

async function contextWith(
  t: TestContext,
  program: 'jaeger' | 'prometheus',
  first: Answer,
): Promise<ServerContext & { lines: string[]; url: string }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'aio-servers-'));
  const parts: Part[] = [];
  t.after(async () => {
    await Promise.all(parts.map((part) => part.stop()));
    rmSync(dataDir, { recursive: true });
  });
  mkdirSync(join(dataDir, 'bin'));
  writeFileSync(join(dataDir, 'server.mjs'), server(first));
  const script = `#!/bin/sh\nexec '${process.execPath}' '${join(dataDir, 'server.mjs')}' "$@"\n`;
  writeFileSync(join(dataDir, 'bin', program), script, { mode: 0o755 });
  const port = await findFreePort();
  const lines: string[] = [];
  return {
    root: dataDir,
    dataDir,
    searchPath: '',
    ports: { ...PORTS, jaegerUi: port, prometheus: port },
    workers: 1,
    apis: 1,
    given: {
      databaseUrl: undefined,
      redisUrl: undefined,
      otlpEndpoint: undefined,
      otlpTracesEndpoint: undefined,
      otlpLogsEndpoint: undefined,
      jaegerUiUrl: undefined,
      jaegerQueryUrl: undefined,
      keycloakUrl: undefined,
      prometheusUrl: undefined,
    },
    group: {
      watch: (part) => void parts.push(part),
      start: () => assert.fail('nothing else is started'),
      keepRunning: () => assert.fail('nothing else is started'),
      failure: new Promise<never>(() => {}),
      stop: async () => {},
    },
    progress: createProgress((line) => lines.push(line)),
    signal: new AbortController().signal,
    lines,
    url: `http://localhost:${port}`,
  };
}

test('runs link to a Jaeger with a UI', async (t) => {
  const context = await contextWith(t, 'jaeger', WITH_PAGES);
  assert.equal((await bringTracing(context)).JAEGER_UI_URL, context.url);
});

test('runs have traces but no link if Jaeger only has a placeholder page', async (t) => {
  const context = await contextWith(t, 'jaeger', WITHOUT_PAGES.jaeger);
  const settings = await bringTracing(context);
  assert.deepEqual(Object.keys(settings), [
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_LOGS_EXPORTER',
    'JAEGER_QUERY_URL',
  ]);
  assert.match(context.lines.join('\n'), /jaeger +ready .*without UI/);
});

test('sends no logs to Jaeger, but to a given log receiver', async (t) => {
  const context = await contextWith(t, 'jaeger', WITHOUT_PAGES.jaeger);
  assert.equal((await bringTracing(context)).OTEL_LOGS_EXPORTER, 'none');
  const given = { ...context.given, otlpLogsEndpoint: 'http://loki:3100/otlp/v1/logs' };
  assert.equal('OTEL_LOGS_EXPORTER' in (await bringTracing({ ...context, given })), false);
});

for (const [name, variable] of [
  ['otlpEndpoint', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ['otlpTracesEndpoint', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
] as const)
  test(`starts no Jaeger if ${variable} is set`, async (t) => {
    const context = await contextWith(t, 'jaeger', WITH_PAGES);
    const given = { ...context.given, [name]: 'http://me:secret@collector:4318' };
    assert.equal(startsJaeger({ ...context, given }), false);
    assert.deepEqual(await bringTracing({ ...context, given }), {});
    const line = new RegExp(`jaeger .*${variable}, http://me:\\*\\*\\*@collector:4318`);
    assert.match(context.lines.join('\n'), line);
  });

test('links to a Prometheus with a UI', async (t) => {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const { url } = context;
  assert.deepEqual(await bringPrometheus(context), { url, pages: url });
});

test('queries a Prometheus without a UI, but does not link to it', async (t) => {
  const context = await contextWith(t, 'prometheus', WITHOUT_PAGES.prometheus);
  const { url } = context;
  assert.deepEqual(await bringPrometheus(context), { url, pages: undefined });
  assert.match(context.lines.join('\n'), /prometheus +ready .*without UI/);
});

test('uses a given Prometheus instead of starting one', async (t) => {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const prometheusUrl = 'http://prometheus.example:9090';
  const given = { ...context.given, prometheusUrl };
  const found = await bringPrometheus({ ...context, given });
  assert.deepEqual(found, { url: prometheusUrl, pages: prometheusUrl });
  assert.match(context.lines.join('\n'), /PROMETHEUS_URL/);
});

test('shows no password of a given server', async (t) => {
  const context = await contextWith(t, 'prometheus', WITH_PAGES);
  const [prometheusUrl, otlpEndpoint] = [
    'http://me:secret@prometheus:9090',
    'http://me:secret@o:1',
  ];
  const given = { ...context.given, prometheusUrl, otlpEndpoint };
  const found = await bringPrometheus({ ...context, given });
  await bringTracing({ ...context, given });
  assert.deepEqual(found, { url: prometheusUrl, pages: 'http://me:***@prometheus:9090' });
  assert.equal(context.lines.length, 2);
  assert.doesNotMatch(context.lines.join('\n'), /secret/);
});
