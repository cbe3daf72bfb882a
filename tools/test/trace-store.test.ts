import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { waitUntil } from '@aio/platform/testing/wait-until';
import { decodeOtlpSpans, type OtlpRequest } from '@aio/runtime/otlp/otlp-json';
import { assertOneTree } from '@aio/runtime/testing/span-tree';
import { findFreePort } from '../process/free-port.ts';
import { createMachineToken, fetchAs } from '../start/machine-token.ts';
import { PORTS } from '../process/ports.ts';
import { makeTestFolder } from '../testing/folder.ts';
import { startTraceStore } from '../servers/trace-store.ts';
import { findOffset, makeDataFolder, recordedParts, runStack } from '../testing/running-stack.ts';
import { sendSpans } from './send-spans.ts';

/** PATH of a machine without Jaeger. */
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !existsSync(join(folder, 'jaeger')))
  .join(delimiter);

interface Trace {
  traceUrl: string | null;
  missing: string | null;
  spans: { id: string; parentId: string | null; name: string; step: string | null }[];
}

test("without Jaeger, the example's trace is complete", async (t) => {
  const offset = await findOffset();
  const dataDir = makeDataFolder(t, ['debian']);
  const stack = runStack(dataDir, ['--port-offset', String(offset)], { PATH });
  t.after(() => stack.signal('SIGTERM'));
  await stack.sees(/Ctrl-C stops everything/);
  assert.match(stack.output(), /^ {2}trace-store +ready .* instead of Jaeger/m);
  assert.doesNotMatch(stack.output(), /^ {2}jaeger|^ {2}Jaeger/m);

  const at = (part: keyof typeof PORTS) => `http://127.0.0.1:${PORTS[part] + offset}`;
  const fetch = fetchAs(createMachineToken(`http://localhost:${PORTS.identity + offset}`));
  const ask = async <Answer>(url: string) => (await (await fetch(url)).json()) as Answer;
  const api = `${at('api')}/api/v1`;
  const { items } = await ask<{ items: { id: string; traceId: string }[] }>(`${api}/runs`);
  const { id, traceId } = items[0]!;
  const ended = async () => {
    const trace = await ask<Trace>(`${api}/runs/${id}/trace`);
    const ids = new Set(trace.spans.map((span) => span.id));
    const roots = trace.spans.filter(({ parentId }) => parentId === null || !ids.has(parentId));
    // A job's span ends after its run, so it may come later.
    return (
      trace.spans.some(({ name }) => name === 'run triage-incident') && roots.length === 1 && trace
    );
  };
  const trace = await waitUntil(ended, { what: 'the whole trace', timeoutMs: 60_000 });

  await t.test('the API returns one tree with a span for every step, and no link', async () => {
    assert.deepEqual([trace.missing, trace.traceUrl], [null, null]);
    const { result } = await ask<{ result: OtlpRequest }>(
      `${at('jaegerUi')}/api/v3/traces/${traceId}`,
    );
    const spans = decodeOtlpSpans(result);
    assert.match(assertOneTree(spans).name, /^POST \/api\/v1\/workflows/);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    assert.ok(trace.spans.every((span) => ids.has(span.id)));
    const { steps } = await ask<{ steps: { id: string; status: string }[] }>(`${api}/runs/${id}`);
    const done = steps.filter(({ status }) => status === 'succeeded').map((step) => step.id);
    const traced = trace.spans.filter(({ name }) => name.startsWith('step '));
    assert.ok(done.length >= 5);
    assert.deepEqual(new Set(traced.map(({ step }) => step)), new Set(done));
  });

  await t.test('the metrics count its spans as exported, and nothing as dropped', async () => {
    const ports = [PORTS.apiMetrics, PORTS.workerMetrics, PORTS.workerMetrics + 1];
    let text = '';
    const scrape = async () => {
      const texts = ports.map(async (port) => {
        return (await fetch(`http://127.0.0.1:${port + offset}/metrics`)).text();
      });
      text = (await Promise.all(texts)).join('\n');
    };
    const sum = (name: string) =>
      [...text.matchAll(new RegExp(`^aio_telemetry_${name}_total(?:\\{.*\\})? (\\d+)`, 'gm'))]
        .map(([, value]) => Number(value))
        .reduce((a, b) => a + b, 0);
    const isCounted = async () => {
      await scrape();
      return sum('spans_exported') >= trace.spans.length;
    };
    await waitUntil(isCounted, { what: 'the spans of the trace' });
    assert.equal(sum('spans_dropped') + sum('log_records_dropped'), 0);
  });

  await t.test('the stack goes on without it', async () => {
    const store = recordedParts(dataDir).find(({ name }) => name === 'trace-store');
    assert.ok(store);
    process.kill(store.pid, 'SIGKILL');
    await stack.sees(/^ {2}trace-store +lost +was ended by SIGKILL$/m);
    const { status } = await fetch(`${api}/runs/${id}/trace`);
    assert.equal(status, 503);
    stack.signal('SIGINT');
    assert.equal(await stack.exited, 0);
  });
});

test('the store keeps the newest 2,000 traces, and 64 MB', async (t) => {
  const ports = { otlpHttp: await findFreePort(), jaegerUi: await findFreePort() };
  const store = await startTraceStore({ dataDir: makeTestFolder(t, 'traces'), ports });
  t.after(() => store.stop());
  const endpoint = `http://127.0.0.1:${ports.otlpHttp}`;
  const bytesOf = async (traceId: string) => {
    const response = await fetch(`http://127.0.0.1:${ports.jaegerUi}/api/v3/traces/${traceId}`);
    const { byteLength } = await response.arrayBuffer();
    return response.status === 404 ? 0 : byteLength;
  };
  const send = (name: string) => sendSpans(endpoint, 'shop', [{ name, durationMs: 1 }]);

  const small: string[] = [];
  for (let number = 0; number <= 2000; number++) small.push(await send('small'));
  assert.equal(await bytesOf(small[0]!), 0);
  assert.ok((await bytesOf(small[1]!)) > 0);
  assert.ok((await bytesOf(small.at(-1)!)) > 0);

  const large: string[] = [];
  for (let number = 0; number < 40; number++) large.push(await send('x'.repeat(2 * 2 ** 20)));
  const sizes = await Promise.all(large.map(bytesOf));
  const kept = sizes.filter((size) => size > 0).length;
  assert.equal(kept, 31, 'with their attributes, 32 are larger than 64 MB');
  assert.ok(sizes.slice(-kept).every((size) => size > 0));
  assert.equal(await bytesOf(small.at(-1)!), 0);
});
