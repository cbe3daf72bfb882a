import { findFreePort } from '@aio/tools/process/free-port';
import { startLoki } from '@aio/tools/servers/loki';
import { startCollector } from '@aio/tools/testing/start-collector';
import { rmSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';

/** The collector and the log store of Compose, in processes of one test. */
export interface LogStore {
  /** The collector's address, for OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** For LOKI_URL. */
  readonly lokiUrl: string;
}

/**
 * @param programs Jaeger serves as the collector
 * @param tracesUrl the collector sends the traces that it keeps there
 */
export async function startLogStore(
  t: TestContext,
  programs: { loki: string; jaeger: string },
  tracesUrl: string,
): Promise<LogStore> {
  const dataDir = makeScratchFolder('logs');
  const port = await findFreePort();
  const loki = await startLoki(programs.loki, {
    dataDir,
    searchPath: process.env.PATH ?? '',
    port,
  });
  const lokiUrl = `http://127.0.0.1:${port}`;
  const collector = await startCollector(programs.jaeger, dataDir, {
    COLLECTOR_TRACES_URL: tracesUrl,
    COLLECTOR_LOGS_URL: `${lokiUrl}/otlp`,
    COLLECTOR_REST_PERCENT: '100',
  });
  t.after(async () => {
    await collector.stop();
    await loki.stop();
    rmSync(dataDir, { recursive: true });
  });
  return { endpoint: collector.endpoint, lokiUrl };
}
