/** `main.ts <OTLP port> <query port>`: keeps the newest traces in memory, for `npm start` without Jaeger. */
import { createServer } from 'node:http';
import { listen } from '@aio/http/listen';
import { createHandler } from './handle-request.ts';
import { createTraceMemory } from './trace-memory.ts';

/** The API reads 8 MB of a trace, so that none evicts the others. */
const LIMITS = { traces: 2000, bytes: 64 * 2 ** 20, traceBytes: 8 * 2 ** 20 };

/** Longer than exporters pause. A connection that closes as a batch arrives may lose it. */
const OPTIONS = { keepAliveTimeout: 60_000 };

const handle = createHandler(createTraceMemory(LIMITS));
for (const port of process.argv.slice(2))
  await listen(createServer(OPTIONS, handle), { host: '127.0.0.1', port: Number(port) });
console.log(`Trace store ready, at most ${LIMITS.traces} traces and ${LIMITS.bytes} bytes`);
