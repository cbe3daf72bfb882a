import { totalmem } from 'node:os';
import { METRICS } from '@aio/catalog/metrics/all-metrics';
import type { DefinitionsOf, Metrics } from '@aio/catalog/metrics/instruments';
import type { LabelWithPlaces } from '@aio/catalog/metrics/labels';
import type { MetricDefinition, OptionalPart, ProcessName } from '@aio/catalog/metrics/metric';
import { PROCESS_METRICS } from '@aio/catalog/metrics/process';
import {
  createMetrics as createRegistry,
  type MetricsOptions,
  type MetricsRegistry as Registry,
} from '@aio/metrics';

export interface MetricsConfig<P extends ProcessName> extends Pick<
  MetricsOptions,
  'collectTimeoutMs' | 'now'
> {
  process: P;
  /** false = instruments do nothing, and scrapes are empty. */
  enabled: boolean;
  /** Whether the deployment has an optional part; default: all. */
  parts?: Readonly<Record<OptionalPart, boolean>>;
  /** Whether to add the client's metrics of the process that the catalogue has. */
  defaults: boolean;
  /** Version of AIO, for `aio_build_info`. */
  version: string;
  /** Revision of the build; default `unknown`. */
  revision?: string;
  /** Whether owners are replaced by hashes; default false. */
  hashOwners?: boolean;
}

export type MetricsRegistry<P extends ProcessName> = Registry<DefinitionsOf<P>>;

/** The metrics of one process of AIO. Each call creates its own registry. */
export function createMetrics<P extends ProcessName>(config: MetricsConfig<P>): MetricsRegistry<P> {
  const { process, version, revision = 'unknown', hashOwners = false, parts, ...options } = config;
  const defaults = config.defaults && PROCESS_METRICS.map(({ name }) => name);
  const definitions = Object.fromEntries(
    Object.entries<MetricDefinition>(METRICS).filter(
      ([, { exposedBy }]) => exposedBy === 'both' || exposedBy === process,
    ),
  ) as unknown as DefinitionsOf<P>;
  const registry = createRegistry(definitions, {
    ...options,
    defaults,
    hashPeople: hashOwners,
    without: Object.entries<MetricDefinition>(METRICS).flatMap(([key, { needs }]) =>
      needs !== undefined && parts?.[needs] === false ? [key] : [],
    ),
    onCollectError: () => own.collectErrors.inc(),
    // Safe: a test holds the values of this label and the open labels of the catalogue together.
    onLabelFull: (label) => own.labelPlacesFull.inc({ label: label as LabelWithPlaces }),
    onScrape: (seconds) => own.scrapeDuration.observe({}, seconds),
  });
  const own = registry.metrics as unknown as Metrics<'api'> & Metrics<'worker'>;
  own.buildInfo.set({ version, revision }, 1);
  // Safe, as above: both processes expose it.
  (registry as unknown as MetricsRegistry<'api'>).collect(['processMemoryLimit'], () => {
    const value = globalThis.process.constrainedMemory();
    // Without a limit, this is 0 or larger than any machine.
    return { processMemoryLimit: value > 0 && value < totalmem() ? [{ labels: {}, value }] : [] };
  });
  if (config.enabled && config.defaults)
    watchEventLoop((seconds) => own.eventLoopBlocked.inc({}, seconds));
  return registry;
}

const LOOK_EVERY_MS = 50;
/** Shorter blocks are usual. */
const BLOCKED_MS = 100;

/** Notices blocks of the event loop, and stops of the process, by the lateness of a timer. */
function watchEventLoop(blocked: (seconds: number) => void): void {
  let lookedAt = performance.now();
  setInterval(() => {
    const lateMs = performance.now() - lookedAt - LOOK_EVERY_MS;
    lookedAt += lateMs + LOOK_EVERY_MS;
    if (lateMs > BLOCKED_MS) blocked(lateMs / 1000);
  }, LOOK_EVERY_MS).unref();
}
