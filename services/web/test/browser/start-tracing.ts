import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findFreePort } from '@aio/stack/free-port';
import { startJaeger } from '@aio/stack/jaeger';
import { PROGRAMS } from './programs.ts';

/**
 * Starts a separate Jaeger for the test.
 * @returns environment variables of processes that send spans to it and read them from it
 */
export async function startTracing(t: TestContext): Promise<Record<string, string>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'aio-jaeger-'));
  const ports = {
    jaegerUi: await findFreePort(),
    otlpGrpc: await findFreePort(),
    otlpHttp: await findFreePort(),
    spanMetrics: await findFreePort(),
  };
  const jaeger = await startJaeger(PROGRAMS.jaeger!, {
    dataDir,
    searchPath: process.env.PATH ?? '',
    ports,
    // There is no Prometheus; tests do not open the Monitor tab.
    prometheusUrl: 'http://127.0.0.1:9',
  });
  t.after(async () => {
    await jaeger.stop();
    await rm(dataDir, { recursive: true });
  });
  return {
    TELEMETRY_ENABLED: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.otlpHttp}`,
    JAEGER_QUERY_URL: `http://127.0.0.1:${ports.jaegerUi}`,
  };
}
