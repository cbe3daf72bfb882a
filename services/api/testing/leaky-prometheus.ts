import type { TestContext } from 'node:test';
import { type HttpServer, startHttpServer } from '@aio/tools/testing/http-server';

/** Labels and ids of the owner that nobody else may read. */
export interface Leak {
  labels: Record<string, string>;
  runId: string;
  traceId: string;
}

/** A Prometheus that answers every question with series, exemplars and alerts of one owner, whatever was asked. */
export async function startLeakyPrometheus(t: TestContext, leak: () => Leak): Promise<HttpServer> {
  const answerTo = (path: string): unknown => {
    const { labels, runId, traceId } = leak();
    const at = Math.floor(Date.now() / 1000);
    if (path.endsWith('/query'))
      return { resultType: 'vector', result: [{ metric: labels, value: [at, '42'] }] };
    if (path.endsWith('/query_range'))
      return { result: [{ metric: labels, values: [[at, '42']] }] };
    if (path.endsWith('/series')) return [labels];
    if (path.endsWith('/query_exemplars')) {
      const exemplar = { run_id: runId, trace_id: traceId };
      return [
        { seriesLabels: labels, exemplars: [{ labels: exemplar, value: '1', timestamp: at }] },
      ];
    }
    if (path.endsWith('/status/config')) return { yaml: 'global:\n  scrape_interval: 15s\n' };
    return { groups: [{ name: 'leaks', rules: [ruleWith(labels)] }] };
  };
  const server = await startHttpServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]!;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: answerTo(path) }));
  });
  t.after(server.close);
  return server;
}

function ruleWith(labels: Record<string, string>) {
  const text = Object.values(labels).join(' ');
  const template = Object.keys(labels)
    .map((label) => `{{ $labels.${label} }}`)
    .join(' ');
  return {
    type: 'alerting',
    name: 'WorkflowCostDoubled',
    health: 'err',
    lastError: `duplicate series ${text}`,
    query: 'up',
    duration: 0,
    labels: { severity: 'ticket' },
    annotations: { summary: template, description: template },
    alerts: [
      {
        labels: { alertname: 'WorkflowCostDoubled', severity: 'ticket', ...labels },
        annotations: { summary: text, description: text },
        state: 'firing',
        activeAt: new Date().toISOString(),
        value: '42',
      },
    ],
  };
}
