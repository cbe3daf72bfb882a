/**
 * A worker process for BullMQ jobs that do nothing. Arguments: Redis URL, queue, concurrency.
 */

import { Worker } from 'bullmq';

const [url = '', queue = '', concurrency = ''] = process.argv.slice(2);
const worker = new Worker(queue, async () => true, {
  connection: { url, maxRetriesPerRequest: null },
  concurrency: Number(concurrency),
});
worker.on('error', (error) => console.error(error.message));
await worker.waitUntilReady();
process.send?.({ ready: true });
process.once('SIGTERM', () => void worker.close().then(() => process.exit()));
