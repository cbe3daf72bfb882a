import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findFreePort } from '../process/free-port.ts';
import { isListening } from '../process/ports.ts';
import { type Part, startPart } from '../process/process.ts';

const CONFIG = resolve(
  import.meta.dirname,
  '../../observability/config/otel-collector/collector.yaml',
);

/** The collector of Compose. */
export interface Collector extends Pick<Part, 'stop'> {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** URL of the figures that it counts from spans. */
  readonly metricsUrl: string;
  /** URL of its own metrics. */
  readonly ownMetricsUrl: string;
}

/**
 * @param jaeger its program; it contains all components that the configuration names
 * @param folder configuration and log
 * @param env COLLECTOR_… variables: where to send traces and logs, and what to keep
 * @param addition configuration to merge into that of Compose
 */
export async function startCollector(
  jaeger: string,
  folder: string,
  env: Readonly<Record<string, string>>,
  addition = '{}',
): Promise<Collector> {
  const [grpc, http, spanMetrics, own] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ];
  const write = (name: string, text: string) => {
    const file = join(folder, name);
    // Jaeger 2.13 knows two components by their old names.
    const known = text
      .replaceAll('span_metrics', 'spanmetrics')
      .replaceAll('otlp_http', 'otlphttp');
    writeFileSync(file, known);
    return file;
  };
  const { stop } = await startPart({
    name: 'collector',
    command: jaeger,
    args: [
      `--config=${write('collector.yaml', readFileSync(CONFIG, 'utf8'))}`,
      `--config=${write('addition.yaml', addition)}`,
      '--config=yaml:exporters::otlphttp::encoding: json',
      '--config=yaml:exporters::otlphttp::compression: none',
    ],
    env: {
      PATH: process.env.PATH,
      COLLECTOR_HOST: '127.0.0.1',
      COLLECTOR_OTLP_GRPC_PORT: String(grpc),
      COLLECTOR_OTLP_HTTP_PORT: String(http),
      COLLECTOR_SPAN_METRICS_PORT: String(spanMetrics),
      COLLECTOR_METRICS_PORT: String(own),
      COLLECTOR_DECISION_WAIT: '1s',
      OTEL_TRACES_SAMPLER: 'always_off',
      ...env,
    },
    cwd: folder,
    logFile: join(folder, 'collector.log'),
    isReady: () => isListening(http),
  });
  return {
    endpoint: `http://127.0.0.1:${http}`,
    metricsUrl: `http://127.0.0.1:${spanMetrics}/metrics`,
    ownMetricsUrl: `http://127.0.0.1:${own}/metrics`,
    stop,
  };
}
