import { findFreePort } from '@aio/stack/free-port';
import { startLoki } from '@aio/stack/loki';
import { isListening } from '@aio/stack/ports';
import { startPart } from '@aio/stack/process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { makeScratchFolder } from '../lib/scratch-folder.ts';

const COLLECTOR = resolve(
  import.meta.dirname,
  '../../observability/config/otel-collector/collector.yaml',
);

/** The collector and the log store of Compose, in processes of one test. */
export interface LogStore {
  /** The collector's address, for OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** For LOKI_URL. */
  readonly lokiUrl: string;
}

/**
 * @param programs Jaeger serves as the collector; it contains all components that our configuration names
 * @param tracesUrl the collector sends the traces that it keeps there
 */
export async function startLogStore(
  t: TestContext,
  programs: { loki: string; jaeger: string },
  tracesUrl: string,
): Promise<LogStore> {
  const dataDir = makeScratchFolder('logs');
  const searchPath = process.env.PATH ?? '';
  const [lokiPort, grpc, http, spanMetrics] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ];
  const loki = await startLoki(programs.loki, { dataDir, searchPath, port: lokiPort });
  const config = join(dataDir, 'collector.yaml');
  mkdirSync(dataDir, { recursive: true });
  // Jaeger 2.13 knows two components by their old names.
  const text = readFileSync(COLLECTOR, 'utf8')
    .replaceAll('span_metrics', 'spanmetrics')
    .replaceAll('otlp_http', 'otlphttp');
  writeFileSync(config, text);
  const collector = await startPart({
    name: 'collector',
    command: programs.jaeger,
    args: [
      `--config=${config}`,
      '--config=yaml:exporters::otlphttp::encoding: json',
      '--config=yaml:exporters::otlphttp::compression: none',
    ],
    env: {
      PATH: searchPath,
      COLLECTOR_HOST: '127.0.0.1',
      COLLECTOR_OTLP_GRPC_PORT: String(grpc),
      COLLECTOR_OTLP_HTTP_PORT: String(http),
      COLLECTOR_SPAN_METRICS_PORT: String(spanMetrics),
      COLLECTOR_TRACES_URL: tracesUrl,
      COLLECTOR_LOGS_URL: `http://127.0.0.1:${lokiPort}/otlp`,
      COLLECTOR_DECISION_WAIT: '1s',
      COLLECTOR_REST_PERCENT: '100',
      OTEL_TRACES_SAMPLER: 'always_off',
    },
    cwd: dataDir,
    logFile: join(dataDir, 'logs/collector.log'),
    isReady: () => isListening(http),
  });
  t.after(async () => {
    await collector.stop();
    await loki.stop();
    rmSync(dataDir, { recursive: true });
  });
  return { endpoint: `http://127.0.0.1:${http}`, lokiUrl: `http://127.0.0.1:${lokiPort}` };
}
