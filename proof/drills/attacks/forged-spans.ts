import { startHttpServer } from '@aio/tools/testing/http-server';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { countAnswers } from './count.ts';

const REQUESTS = 400;
const SPANS_EACH = 64;
/** The exporter sends what it has once a second. */
const EXPORTED_AFTER_MS = 3_000;

export const FORGED_SPANS: Attack = {
  name: 'forged-spans',
  what: `a person sends ${REQUESTS * SPANS_EACH} spans of invented traces as a browser`,
  limits: 'none is exported',
  async prepare({ open, checks, defer }) {
    let exported = '';
    const receiver = await startHttpServer(async (request, response) => {
      exported += await text(request);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    defer(receiver.close);
    const { builder } = await open({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    return async () => {
      const forged: string[] = [];
      const answers = await countAnswers(REQUESTS, () => {
        const spans = Array.from({ length: SPANS_EACH }, forge);
        spans.forEach(({ traceId }) => forged.push(traceId));
        const resourceSpans = [{ scopeSpans: [{ spans }] }];
        return builder.request('POST', '/telemetry/traces', { resourceSpans });
      });
      await sleep(EXPORTED_AFTER_MS);
      const traces = new Set(exported.match(/[0-9a-f]{32}/g));
      checks.atMost('exported spans', forged.filter((id) => traces.has(id)).length, 0);
      return answers;
    };
  },
};

function forge() {
  const now = `${Date.now()}000000`;
  return {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: randomBytes(8).toString('hex'),
    name: 'GET',
    kind: 3,
    startTimeUnixNano: now,
    endTimeUnixNano: now,
  };
}
