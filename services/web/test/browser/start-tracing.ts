import type { TestContext } from 'node:test';
import { findFreePort } from '@aio/tools/process/free-port';
import { makeTestFolder } from '@aio/tools/testing/folder';
import { startTraceStore } from '@aio/tools/servers/trace-store';

/**
 * Starts a separate store of traces for the test.
 * @returns environment variables of processes that send spans to it and read them from it
 */
export async function startTracing(t: TestContext): Promise<Record<string, string>> {
  const ports = { jaegerUi: await findFreePort(), otlpHttp: await findFreePort() };
  const store = await startTraceStore({ dataDir: makeTestFolder(t, 'traces'), ports });
  t.after(() => store.stop());
  return {
    TELEMETRY_ENABLED: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpHttp}`,
    JAEGER_QUERY_URL: `http://127.0.0.1:${ports.jaegerUi}`,
  };
}
