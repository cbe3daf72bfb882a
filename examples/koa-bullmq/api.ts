import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { measureRequests } from '@aio/metrics';
import { Router } from '@koa/router';
import { Queue } from 'bullmq';
import Koa from 'koa';
import { prepareStop } from './copied/graceful-stop.ts';
import { createReady, readyHandler } from './copied/ready.ts';
import { traceRequests } from './copied/trace-requests.ts';
import { startMetrics } from './metrics.ts';
import { exemplar, openPool, queueOptions, spans, startTracing } from './telemetry.ts';

const tracing = startTracing('shop-api');
const { metrics, collect, ...metricsServer } = await startMetrics(
  Number(process.env.METRICS_PORT ?? 9464),
);
const pool = openPool();
const orders = new Queue('orders', queueOptions);
collect(['waiting'], async () => ({ waiting: [{ labels: {}, value: await orders.count() }] }));

const ready = createReady({
  database: () => pool.query('select 1'),
  redis: () => orders.count(),
});
const router = new Router()
  .post('/orders', async (ctx) => {
    const id = randomUUID();
    await orders.add('save', { id, at: Date.now() });
    ctx.status = 202;
    ctx.body = { id };
  })
  .get('/orders/:id', async (ctx) => {
    const query = { name: 'get-order', text: 'select id, saved_at from orders where id = $1' };
    const { rows } = await pool.query({ ...query, values: [ctx.params.id] });
    if (rows.length > 0) ctx.body = rows[0];
  })
  .get('/ready', readyHandler(ready));

const app = new Koa()
  .use(measureRequests(metrics.requests, { exemplarOf: ({ state }) => exemplar(state.traceId) }))
  .use(traceRequests(spans))
  .use(router.routes());

const server = createServer(app.callback()).listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
const stop = prepareStop(server);
process.once('SIGTERM', async () => {
  await stop.close(5000);
  await Promise.all([orders.close(), pool.end(), metricsServer.stop()]);
  await tracing.shutdown();
});
