import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { decodeOtlpSpans, type OtlpRequest, type ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { Page, Request } from 'playwright-core';
import type { Stand } from './stand.ts';

const RUNS = '/api/v1/workflows/web-clicked/runs';
const workflowOf = (simulator: string) => `
name: web-clicked
steps:
  call: { type: http, with: { url: "${simulator}/work?ms=5" } }
`;

/** Moves the pointer like a person before a click, and waits until the page begins traces. */
async function wakeTracing(page: Page): Promise<void> {
  const settings = page.waitForResponse('**/api/v1/telemetry');
  await page.mouse.move(40, 40);
  await (await settings).finished();
}

const traceOf = async (request: Request): Promise<string> =>
  (await request.allHeaders())['traceparent']?.split('-')[1] ?? '';

/** One trace from a click in the browser to the SQL statement. */
export async function testClickToSql(
  t: TestContext,
  { site, browser, storeUrl }: Stand,
): Promise<void> {
  const { api, simulator } = site.system;
  await api.createWorkflow(workflowOf(simulator.url));

  async function readTrace(id: string): Promise<ReceivedSpan[]> {
    const response = await fetch(`${storeUrl}/api/v3/traces/${id}`);
    if (response.status === 404) return [];
    return decodeOtlpSpans(((await response.json()) as { result: OtlpRequest }).result);
  }

  const page = await browser.open(t, '/workflows/web-clicked');
  const start = page.getByRole('button', { name: 'Start run' });
  await start.waitFor();
  await wakeTracing(page);
  const posted = page.waitForRequest((request) => request.url().endsWith(RUNS));
  await start.click();
  const traceId = await traceOf(await posted);
  await page.waitForURL('**/runs/*');
  await page.locator('header [data-status=succeeded]').waitFor();
  let spans: ReceivedSpan[] = [];
  const has = (name: string) => spans.some((span) => span.name === name);
  const isWhole = async () => {
    spans = await readTrace(traceId);
    return has('run web-clicked');
  };
  await waitUntil(isWhole, { what: 'the run in the store', timeoutMs: 30_000 });

  /** Names of the spans from the root down to this one, each with its service. */
  function pathTo(span: ReceivedSpan): string[] {
    const above = spans.find(({ spanId }) => spanId === span.parentSpanId);
    const own = `${String(span.resource['service.name'])}: ${span.name}`;
    return above === undefined ? [own] : [...pathTo(above), own];
  }
  const pathsTo = (isIt: (span: ReceivedSpan) => boolean) => spans.filter(isIt).map(pathTo);

  await t.test('the trace is one tree below the call of the page', () => {
    const request = 'aio-api: POST /api/v1/workflows/{name}/runs';
    const submitted = pathsTo(({ attributes }) => attributes['db.query.summary'] === 'submit-runs');
    assert.deepEqual(submitted, [[request, 'aio-api: submit-runs']]);
    const calls = pathsTo(
      ({ name, resource }) => name === 'GET' && resource['service.name'] === 'aio-worker',
    );
    const above = ['run web-clicked', 'step http', 'process steps-http', 'GET'];
    assert.deepEqual(calls, [[request, ...above.map((name) => `aio-worker: ${name}`)]]);
  });

  await t.test('a page sends its web vitals when the user leaves it', async () => {
    const countPaints = async () => {
      const scraped = await (await fetch(site.system.metricsUrl)).text();
      const counts = /^aio_web_largest_contentful_paint_seconds_count\{.*\} (\d+)$/gm;
      return [...scraped.matchAll(counts)].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const before = await countPaints();
    await page.goto('about:blank');
    const isSent = async () => (await countPaints()) > before;
    await waitUntil(isSent, { what: 'the largest paint of the page', timeoutMs: 30_000 });
  });
}
