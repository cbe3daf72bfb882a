import { LOG_EVENTS, type EventLog } from '@aio/catalog/logs/log-events';
import type { Metrics } from '@aio/catalog/metrics/instruments';
import type { SamplerName } from '@aio/catalog/metrics/samplers';
import { GEN_AI } from '@aio/catalog/traces/semantic-conventions';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ExportListener, Signal } from '@aio/tracing/counted-export';
import type { ExceptionSignal } from '@aio/tracing/exception-records';
import { startSdk, type SdkConfig } from '@aio/tracing/start-sdk';
import { logEvent } from './log-event.ts';

export interface TelemetryConfig extends Omit<
  SdkConfig,
  'sampler' | 'linksPerSpan' | 'exceptions'
> {
  serviceVersion: string;
  /** E.g. the worker's id. */
  serviceInstanceId: string;
  /** Default: `logs/dup`. */
  exceptionSignal?: ExceptionSignal;
  sampler: SamplerName;
  /** 0 to 1, for the `ratio` samplers. */
  samplerRatio: number;
}

export type ExportCounters = Pick<
  Metrics<'api'>,
  'spansExported' | 'spansDropped' | 'logRecordsExported' | 'logRecordsDropped' | 'exportErrors'
>;

export interface TelemetryDeps {
  counters: ExportCounters;
  log: EventLog;
}

export interface Telemetry {
  /** See `StartedSdk`. */
  shutdown(deadlineMs?: number): Promise<{ lost: number }>;
}

/** A fan-in of 1,000 has 1,000 links. The SDK's default limit is 128. */
const LINKS_PER_SPAN = 1024;

/**
 * Starts the export of spans and log records. Call it before the first `createTracing`. If the collector is down or slow,
 * AIO drops and counts spans and records, but continues. Without a URL, nothing is loaded.
 */
export async function startTelemetry(
  config: TelemetryConfig,
  deps: TelemetryDeps,
): Promise<Telemetry> {
  const { sampler, samplerRatio, exceptionSignal = 'logs/dup', ...rest } = config;
  if (config.tracesUrl === undefined && config.logsUrl === undefined)
    return { shutdown: async () => ({ lost: 0 }) };

  const { createSampler } = await import('./sampler.ts');
  const { shutdown } = await startSdk(
    {
      ...rest,
      sampler: createSampler(sampler, samplerRatio),
      linksPerSpan: LINKS_PER_SPAN,
      exceptions: { signal: exceptionSignal, nameOf: nameOfException },
    },
    createListener(config, deps),
  );
  return { shutdown };
}

/** Calls of models have their own event. */
function nameOfException({ attributes }: ReadableSpan): string {
  const isOfModel = attributes[GEN_AI.genAiProviderName] !== undefined;
  return LOG_EVENTS[isOfModel ? 'genAiException' : 'exception'][0];
}

/** Counts what is exported and dropped. Logs once when a collector stops accepting, and once when it accepts again. */
function createListener(
  { tracesUrl, logsUrl }: TelemetryConfig,
  { counters, log }: TelemetryDeps,
): ExportListener {
  const exported = { traces: counters.spansExported, logs: counters.logRecordsExported };
  const dropped = { traces: counters.spansDropped, logs: counters.logRecordsDropped };
  const isAway = { traces: false, logs: false };
  return {
    exported: (signal, count) => exported[signal].inc({}, count),
    dropped: (signal, reason, count) => dropped[signal].inc({ reason }, count),
    batch(signal, error) {
      const { name, items } = WORDS[signal];
      if (error) counters.exportErrors.inc({ signal });
      if (error && !isAway[signal]) {
        const endpoint = String(signal === 'traces' ? tracesUrl : logsUrl);
        const did = isRefusal(error) ? `answers ${error.code}` : 'does not answer';
        const message = `The ${name} collector ${did}; ${items} are dropped`;
        logEvent(log, 'collectorAway', { err: error, signal: name, endpoint }, { message });
      } else if (!error && isAway[signal]) {
        const message = `The ${name} collector answers again`;
        logEvent(log, 'collectorBack', { signal: name }, { message });
      }
      isAway[signal] = error !== null;
    },
  };
}

/** Whether the error has the status of an HTTP response. */
function isRefusal(error: Error): error is Error & { code: number } {
  return 'code' in error && typeof error.code === 'number';
}

const WORDS: Readonly<Record<Signal, { name: 'trace' | 'log'; items: string }>> = {
  traces: { name: 'trace', items: 'spans' },
  logs: { name: 'log', items: 'log records' },
};
