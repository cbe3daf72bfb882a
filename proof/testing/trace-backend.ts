import { decodeOtlpSpans, type OtlpRequest, type ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { startJaeger } from '@aio/tools/servers/jaeger';
import type { Ports } from '@aio/tools/process/ports';
import type { Part } from '@aio/tools/process/process';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { startTraceStore } from '@aio/tools/servers/trace-store';
import { rmSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { findPorts } from '@aio/tools/system/system';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';

/** Receives spans and returns them. */
export interface TraceBackend {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** Its query API, for JAEGER_QUERY_URL. */
  readonly queryUrl: string;
  /** The spans of a trace so far. */
  read(traceId: string): Promise<ReceivedSpan[]>;
  /** The same as text, with the fields that `read` leaves out. */
  readText(traceId: string): Promise<string>;
}

/** A Jaeger for one test, read through its query API. */
export async function jaegerBackend(t: TestContext, command: string): Promise<TraceBackend> {
  return queriedBackend(t, (dataDir, ports) =>
    startJaeger(command, {
      dataDir,
      searchPath: process.env.PATH ?? '',
      ports,
      // No Prometheus runs there. Only the Monitor tab needs one.
      prometheusUrl: 'http://127.0.0.1:9',
    }),
  );
}

/** The store that replaces Jaeger in `npm start`, read through Jaeger's query API. */
export async function storeBackend(t: TestContext): Promise<TraceBackend> {
  return queriedBackend(t, (dataDir, ports) => startTraceStore({ dataDir, ports }));
}

/** Passes spans on to each backend. It has the spans that all of them have, as the last one returns them. */
export async function teeBackend(
  t: TestContext,
  backends: readonly TraceBackend[],
): Promise<TraceBackend> {
  const tee = await startHttpServer(async (request, response) => {
    const body = await buffer(request);
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const answers = await Promise.all(
      backends.map(({ endpoint }) =>
        fetch(`${endpoint}${request.url}`, { method: 'POST', headers, body }),
      ),
    );
    response.writeHead(Math.max(...answers.map(({ status }) => status))).end();
  });
  t.after(tee.close);
  const { queryUrl } = backends.at(-1) as TraceBackend;
  return {
    endpoint: tee.url,
    queryUrl,
    async read(traceId) {
      const [last = [], ...others] = (
        await Promise.all(backends.map((one) => one.read(traceId)))
      ).toReversed();
      return last.filter(({ spanId }) =>
        others.every((spans) => spans.some((span) => span.spanId === spanId)),
      );
    },
    readText: async (traceId) =>
      (await Promise.all(backends.map((one) => one.readText(traceId)))).join('\n'),
  };
}

async function queriedBackend(
  t: TestContext,
  start: (dataDir: string, ports: Ports) => Promise<Part>,
): Promise<TraceBackend> {
  const dataDir = makeScratchFolder('traces');
  const ports = await findPorts();
  const { jaegerUi, otlpHttp } = ports;
  const part = await start(dataDir, ports);
  t.after(async () => {
    await part.stop();
    rmSync(dataDir, { recursive: true });
  });
  const readText = async (traceId: string) => {
    const response = await fetch(`http://127.0.0.1:${jaegerUi}/api/v3/traces/${traceId}`);
    // It answers 404 until it has the first span.
    return response.status === 404 ? '{"result":{}}' : await response.text();
  };
  return {
    endpoint: `http://127.0.0.1:${otlpHttp}`,
    queryUrl: `http://127.0.0.1:${jaegerUi}`,
    readText,
    async read(traceId) {
      const { result } = JSON.parse(await readText(traceId)) as { result: OtlpRequest };
      return decodeOtlpSpans(result);
    },
  };
}
