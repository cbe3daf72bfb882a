import { type Job, Worker } from 'bullmq';
import { startMetrics } from './metrics.ts';
import { exemplar, openPool, queueOptions, startTracing } from './telemetry.ts';

const tracing = startTracing('shop-worker');
const { metrics, stop } = await startMetrics(Number(process.env.METRICS_PORT ?? 9465));
const pool = openPool();
await pool.query(`create table if not exists orders (
  id uuid primary key,
  saved_at timestamptz not null default now()
)`);

/** Saves an order once, however often its job is repeated. */
async function save({ data }: Job<{ id: string; at: number }>): Promise<void> {
  const observe = (outcome: 'saved' | 'failed') =>
    metrics.saving.observe({ outcome }, (Date.now() - data.at) / 1000, exemplar());
  try {
    const text = 'insert into orders (id) values ($1) on conflict do nothing';
    await pool.query({ name: 'save-order', text, values: [data.id] });
    observe('saved');
  } catch (error) {
    observe('failed');
    throw error;
  }
}

const worker = new Worker('orders', save, queueOptions);
process.once('SIGTERM', async () => {
  await worker.close();
  await Promise.all([pool.end(), stop()]);
  await tracing.shutdown();
});
