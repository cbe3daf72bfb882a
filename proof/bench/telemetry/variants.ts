import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Env = Readonly<Record<string, string>>;

const SAMPLED = {
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.1',
};

const STOCK_FILE = join(import.meta.dirname, 'stock-instrumentation.ts');

/** AIO's tracing is off. Format, queue and batches of the export are those of AIO. */
const STOCK = {
  TELEMETRY_ENABLED: 'false',
  NODE_OPTIONS: `--import=${pathToFileURL(STOCK_FILE)}`,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_BSP_MAX_QUEUE_SIZE: '32768',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2048',
  OTEL_BSP_SCHEDULE_DELAY: '1000',
};

const exportTo = (endpoint: string): Env => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });

/** Environment variables by variant. */
const VARIANTS = {
  nothing: () => ({ METRICS_ENABLED: 'false' }),
  metrics: () => ({}),
  'traces-10-percent': (endpoint) => ({ ...exportTo(endpoint), ...SAMPLED }),
  'traces-full': exportTo,
  'stock-10-percent': (endpoint) => ({ ...exportTo(endpoint), ...STOCK, ...SAMPLED }),
  'stock-full': (endpoint) => ({ ...exportTo(endpoint), ...STOCK }),
} satisfies Record<string, (endpoint: string) => Env>;

export type VariantName = keyof typeof VARIANTS;

/** @param endpoint the collector's URL */
export function variantEnv(name: VariantName, endpoint: string): Env {
  return VARIANTS[name](endpoint);
}
