import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a system tells of itself, and how. */
export interface Variant {
  name: VariantName;
  /** Whether spans are made at all. */
  traces: boolean;
  /** Whether the product makes them, and so accounts for them in its metrics. */
  ours: boolean;
  /** @param endpoint of the collector */
  env(endpoint: string): Readonly<Record<string, string>>;
}

export const VARIANT_NAMES = [
  'nothing',
  'metrics',
  'traces-10-percent',
  'traces-full',
  'stock-10-percent',
  'stock-full',
] as const;
export type VariantName = (typeof VARIANT_NAMES)[number];

const SAMPLED = {
  OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
  OTEL_TRACES_SAMPLER_ARG: '0.1',
};

const STOCK_FILE = join(import.meta.dirname, 'stock-instrumentation.ts');

/** The product's own tracing off; the same export as the product's: its format, its queue, its batches. */
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

const exportTo = (endpoint: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });

const VARIANTS: Readonly<Record<VariantName, Omit<Variant, 'name'>>> = {
  nothing: { traces: false, ours: false, env: () => ({ METRICS_ENABLED: 'false' }) },
  metrics: { traces: false, ours: true, env: () => ({}) },
  'traces-10-percent': {
    traces: true,
    ours: true,
    env: (endpoint) => ({ ...exportTo(endpoint), ...SAMPLED }),
  },
  'traces-full': { traces: true, ours: true, env: exportTo },
  'stock-10-percent': {
    traces: true,
    ours: false,
    env: (endpoint) => ({ ...exportTo(endpoint), ...STOCK, ...SAMPLED }),
  },
  'stock-full': {
    traces: true,
    ours: false,
    env: (endpoint) => ({ ...exportTo(endpoint), ...STOCK }),
  },
};

export function listVariants(): Variant[] {
  return VARIANT_NAMES.map((name) => ({ name, ...VARIANTS[name] }));
}
