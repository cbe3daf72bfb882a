import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { decodeOtlpLogs, type OtlpLogsRequest, type ReceivedLogRecord } from '../otlp/otlp-logs.ts';
import { decodeOtlpSpans, type OtlpRequest, type ReceivedSpan } from '../otlp/otlp-json.ts';
import { assertOneTree, type TreeExpectation } from './span-tree.ts';

/** `reject`: 400, which exporters do not retry. `unavailable`: 503. `hang`: no response. */
export type ReceiverMode = 'accept' | 'reject' | 'unavailable' | 'hang';

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** How to respond from now on. */
  mode: ReceiverMode;
  /** Requests without this header get 401; null = none is needed. */
  demands: { name: string; value: string } | null;
  /** Number of received batches, accepted or not. */
  readonly requests: number;
  /** Accepted batches of spans, as received. */
  readonly bodies: readonly string[];
  /** Accepted batches of log records, as received. */
  readonly logBodies: readonly string[];
  /** Accepted batches of spans in protobuf, which `spans` does not contain. */
  readonly protobuf: readonly Buffer[];
  /** Accepted spans in order of arrival, of one trace or all. */
  spans(traceId?: string): ReceivedSpan[];
  /** Waits until `complete` returns true for the spans of a trace. @throws Error after `deadlineMs` */
  waitForSpans(
    traceId: string,
    complete: (spans: ReceivedSpan[]) => boolean,
    deadlineMs?: number,
  ): Promise<ReceivedSpan[]>;
  /** Accepted log records in order of arrival. */
  logRecords(): ReceivedLogRecord[];
  /** Waits until `complete` returns true for all log records. @throws Error after `deadlineMs` */
  waitForLogRecords(
    complete: (records: ReceivedLogRecord[]) => boolean,
    deadlineMs?: number,
  ): Promise<ReceivedLogRecord[]>;
  /** See `span-tree.ts`. @returns the root */
  assertOneTree(traceId: string, expectation?: TreeExpectation): ReceivedSpan;
  close(): Promise<void>;
}

/** A collector for tests: receives OTLP over HTTP and keeps it in memory. It decodes only JSON. */
export async function startOtlpReceiver(port = 0, host = '127.0.0.1'): Promise<OtlpReceiver> {
  const received: ReceivedSpan[] = [];
  const records: ReceivedLogRecord[] = [];
  const bodies: string[] = [];
  const logBodies: string[] = [];
  const protobuf: Buffer[] = [];
  const waits = new Waits();
  let mode: ReceiverMode = 'accept';
  let demands: OtlpReceiver['demands'] = null;
  let requests = 0;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await buffer(request);
    requests += 1;
    if (demands && request.headers[demands.name] !== demands.value)
      return void response.writeHead(401).end();
    const isOfLogs = request.url === '/v1/logs';
    if (!isOfLogs && request.url !== '/v1/traces') return void response.writeHead(404).end();
    switch (mode) {
      case 'hang':
        return;
      case 'reject':
        return void response.writeHead(400).end();
      case 'unavailable':
        return void response.writeHead(503).end();
      case 'accept':
        if (request.headers['content-type'] === 'application/x-protobuf') {
          if (!isOfLogs) protobuf.push(sent);
          return void response.writeHead(200).end();
        }
        const body = sent.toString();
        if (isOfLogs) records.push(...decodeOtlpLogs(JSON.parse(body) as OtlpLogsRequest));
        else received.push(...decodeOtlpSpans(JSON.parse(body) as OtlpRequest));
        (isOfLogs ? logBodies : bodies).push(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        waits.look();
    }
  }

  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) => {
      response.writeHead(400).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

  const spans = (traceId?: string) =>
    received.filter((span) => traceId === undefined || span.traceId === traceId);

  return {
    endpoint: `http://${host}:${(server.address() as AddressInfo).port}`,
    get mode() {
      return mode;
    },
    set mode(next) {
      mode = next;
    },
    get demands() {
      return demands;
    },
    set demands(next) {
      demands = next;
    },
    get requests() {
      return requests;
    },
    bodies,
    logBodies,
    protobuf,
    spans,

    waitForSpans(traceId, ...until) {
      const nameOf = ({ name }: ReceivedSpan) => name;
      return waits.until(() => spans(traceId), nameOf, ...until);
    },

    logRecords: () => [...records],

    waitForLogRecords(...until) {
      const nameOf = ({ body }: ReceivedLogRecord) => String(body);
      return waits.until(() => [...records], nameOf, ...until);
    },

    assertOneTree: (traceId, expectation) => assertOneTree(spans(traceId), expectation),

    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Tests that wait for something to arrive. */
class Waits {
  readonly #waiting = new Set<() => void>();

  /** Call it after something arrived. */
  look(): void {
    for (const look of this.#waiting) look();
  }

  until<T>(
    find: () => T[],
    nameOf: (item: T) => string,
    complete: (found: T[]) => boolean,
    deadlineMs = 20_000,
  ): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const names = find().map(nameOf).join(', ');
        reject(new Error(`Received within ${deadlineMs} ms: ${names || 'nothing'}`));
      }, deadlineMs);
      const look = () => {
        const found = find();
        if (!complete(found)) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
