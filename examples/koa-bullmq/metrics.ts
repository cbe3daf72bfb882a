import { createMetrics, type MetricDefinitions, serveMetrics } from '@aio/metrics';

/** The shop's metrics. Objectives and board take their names, labels and buckets from here. */
export const METRICS = {
  requests: {
    type: 'histogram',
    name: 'shop_request_seconds',
    help: 'Duration of requests.',
    labels: { method: ['GET', 'POST'], route: { upTo: 20 }, status: { upTo: 20 } },
    buckets: [0.005, 0.025, 0.1, 0.25, 1.5],
    exemplars: true,
  },
  saving: {
    type: 'histogram',
    name: 'shop_order_seconds',
    help: 'From the request for an order until it is saved, by outcome.',
    labels: { outcome: ['saved', 'failed'] },
    buckets: [0.025, 0.1, 0.5, 2.5],
    exemplars: true,
  },
  waiting: {
    type: 'gauge',
    name: 'shop_orders_waiting',
    help: 'Orders in the queue.',
    labels: {},
  },
} as const satisfies MetricDefinitions;

/** The metrics of a process, at /metrics of METRICS_PORT. */
export async function startMetrics(port: number) {
  const registry = createMetrics(METRICS, { defaults: true });
  const server = await serveMetrics(registry, { host: '127.0.0.1', port });
  return { ...registry, stop: () => server.close() };
}
