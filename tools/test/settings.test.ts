import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OtlpRequest } from '@aio/runtime/otlp/otlp-json';
import { decodeAttributes } from '@aio/runtime/otlp/otlp-json';
import { PORTS } from '../process/ports.ts';
import { startHttpServer } from '../testing/http-server.ts';
import { findOffset, makeDataFolder, runStack } from '../testing/running-stack.ts';

/** Free for a stack of another offset, because those are multiples of 20 apart. */
const MOVED = 3;

test('a file of settings moves ports and reaches API and workers', async (t) => {
  const senders = new Map<unknown, unknown>();
  const backend = await startHttpServer(async (request, response) => {
    const { resourceSpans = [] } = (await json(request)) as OtlpRequest;
    for (const { resource } of resourceSpans) {
      const { 'service.name': service } = decodeAttributes(resource?.attributes);
      senders.set(service, request.headers['x-team']);
    }
    response.setHeader('content-type', 'application/json').end('{}');
  });
  t.after(() => backend.close());
  const dataDir = makeDataFolder(t);
  const file = join(dataDir, 'my.env');
  writeFileSync(
    file,
    `export API_PORT=${PORTS.api + MOVED} # moved
OTEL_EXPORTER_OTLP_ENDPOINT='${backend.url}'
OTEL_EXPORTER_OTLP_HEADERS="x-team=blue"
OTEL_EXPORTER_OTLP_PROTOCOL=http/json
OTEL_LOGS_EXPORTER=none
LOG_LEVEL=debug
POSTGRES_PASSWORD=hidden-value
`,
  );
  const offset = await findOffset();
  const args = ['--env-file', file, '--port-offset', String(offset)];
  const stack = runStack(dataDir, args, { LOG_LEVEL: 'warn' });
  t.after(() => stack.signal('SIGTERM'));
  await stack.sees(/Ctrl-C stops everything/);

  const used =
    'API_PORT, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_LOGS_EXPORTER';
  const ignored = 'LOG_LEVEL \\(the shell sets it\\), POSTGRES_PASSWORD';
  assert.match(stack.output(), new RegExp(`^${file}: uses ${used}; ignores ${ignored}$`, 'm'));
  assert.doesNotMatch(stack.output(), /hidden-value/);
  const api = await fetch(`http://127.0.0.1:${PORTS.api + MOVED + offset}/health`);
  assert.equal(api.status, 200);
  // Stopping exports the last spans.
  stack.signal('SIGTERM');
  assert.equal(await stack.exited, 0);
  assert.equal(senders.get('aio-api'), 'blue');
  assert.equal(senders.get('aio-worker'), 'blue');
});

test('a wrong port in the file is one line with its name, value and file', async (t) => {
  const dataDir = makeDataFolder(t);
  const file = join(dataDir, 'my.env');
  writeFileSync(file, 'REDIS_PORT=redis:6379\n');
  const stack = runStack(dataDir, ['--env-file', file]);
  assert.equal(await stack.exited, 78);
  const line = `error: REDIS_PORT=redis:6379: expected a port from 1 to 65535 (in ${file})`;
  assert.ok(stack.output().split('\n').includes(line), stack.output());
});
