import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findFreePort } from '../process/free-port.ts';
import { PORTS } from '../process/ports.ts';
import type { Part } from '../process/process.ts';
import { createProgress } from '../start/progress.ts';
import type { ServerContext } from '../start/server-context.ts';

/** Answers of builds from Go modules: no page, or one that says that there is none. */
export const WITHOUT_PAGES = {
  jaeger: { status: 200, html: '<!DOCTYPE html><h1>This is a placeholder for the UI</h1>' },
  prometheus: { status: 500, html: 'Error opening React index.html' },
};
export const WITH_PAGES = { status: 200, html: '<!DOCTYPE html><script src="/app.js"></script>' };
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

/**
 * What starting a server needs, on a machine that has one program, a stand-in.
 * @param first its answer for its first page
 */
export async function contextWith(
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
  const [port, otlpHttp] = [await findFreePort(), await findFreePort()];
  const lines: string[] = [];
  return {
    root: dataDir,
    dataDir,
    searchPath: '',
    ports: { ...PORTS, jaegerUi: port, prometheus: port, otlpHttp },
    workers: 1,
    apis: 1,
    given: {
      databaseUrl: undefined,
      redisUrl: undefined,
      otlpEndpoint: undefined,
      otlpTracesEndpoint: undefined,
      otlpProtocol: undefined,
      otlpLogsEndpoint: undefined,
      jaegerUiUrl: undefined,
      jaegerQueryUrl: undefined,
      keycloakUrl: undefined,
      prometheusUrl: undefined,
      isTelemetryOff: false,
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
