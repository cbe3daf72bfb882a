/** Telemetry variables of api and worker. */

import { SAMPLERS } from '@aio/catalog/metrics/samplers';
import type { Values } from './environment.ts';
import { choice, define, flag, number, text, url } from './variables.ts';

/** Encodings of OTLP over HTTP. */
const PROTOCOLS = ['http/json', 'http/protobuf'] as const;

export const telemetryVariables = {
  /** Whether to export traces and log records; `auto` = each one that has an endpoint. */
  telemetryEnabled: choice('TELEMETRY_ENABLED', ['auto', 'true', 'false'], { fallback: 'auto' }),
  metricsEnabled: flag('METRICS_ENABLED', { fallback: true }),
  /** Put hashes of owners' subjects into metrics instead of the subjects. */
  hashOwners: flag('METRICS_HASH_OWNERS', { fallback: false }),
  /** Base URL of an OTLP receiver over HTTP. */
  otlpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', {
    protocols: ['http', 'https'],
    fallback: '',
  }),
  /** What the receivers demand, such as an API key. The SDK's exporters read the variable, too, and send the headers. */
  otlpHeaders: define<Readonly<Record<string, string>>>(
    'OTEL_EXPORTER_OTLP_HEADERS',
    'pairs key=value separated by commas, with other special characters percent-encoded',
    { secret: true, fallback: {} },
    decodeHeaders,
  ),
  otlpProtocol: define<(typeof PROTOCOLS)[number]>(
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    `${PROTOCOLS.join(' or ')} (not gRPC: use the receiver's port for HTTP, usually 4318)`,
    { fallback: 'http/json' },
    (given) => PROTOCOLS.find((one) => one === given),
  ),
  /** Full URL of the receiver of spans; empty = `v1/traces` of the endpoint above. */
  otlpTracesEndpoint: url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', {
    protocols: ['http', 'https'],
    fallback: '',
  }),
  /** `none` = log records only go to standard output. */
  logsExporter: choice('OTEL_LOGS_EXPORTER', ['otlp', 'none'], { fallback: 'otlp' }),
  /** Full URL of the receiver of log records; empty = `v1/logs` of the endpoint above. */
  otlpLogsEndpoint: url('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', {
    protocols: ['http', 'https'],
    fallback: '',
  }),
  /** Where exceptions of spans are: only in log records, or also in events of spans. */
  exceptionSignal: choice('OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN', ['logs', 'logs/dup'], {
    fallback: 'logs/dup',
  }),
  sampler: choice('OTEL_TRACES_SAMPLER', SAMPLERS, { fallback: 'parentbased_always_on' }),
  /** Share of traces that the ratio samplers keep. */
  samplerRatio: number('OTEL_TRACES_SAMPLER_ARG', { min: 0, max: 1, fallback: 1 }),
  /** Empty = the name of the process. */
  serviceName: text('OTEL_SERVICE_NAME', { fallback: '' }),
  /** The build, e.g. a commit. Boards mark its change as a deployment. */
  revision: text('AIO_REVISION', {
    pattern: /^[\w.-]{1,64}$/,
    expected: 'up to 64 letters, digits, dots, dashes and underscores',
    fallback: 'unknown',
  }),
};

/** The token to take profiles on the metrics port. Empty = no profiles. */
export const profilingToken = text('PROFILING_TOKEN', {
  secret: true,
  pattern: /^\S{16,200}$/,
  expected: '16 characters or more, without spaces',
  fallback: '',
});

/** What logs must not show: headers for the receivers, and passwords in their URLs. */
export function telemetrySecrets(values: Values<typeof telemetryVariables>): string[] {
  const { otlpEndpoint, otlpTracesEndpoint, otlpLogsEndpoint, otlpHeaders } = values;
  const urls = [otlpEndpoint, otlpTracesEndpoint, otlpLogsEndpoint].map((given) =>
    URL.parse(given),
  );
  return [
    ...Object.values(otlpHeaders),
    ...urls.flatMap((given) => (given?.password ? [decodeURIComponent(given.password)] : [])),
  ];
}

/** The default of OpenTelemetry's specification. */
const DEFAULT_ENDPOINT = 'http://localhost:4318';

/**
 * The settings for `startTelemetry`.
 * @param process.version version of the product; spans append the revision: `0.1.0+4f2a9c1`
 */
export function telemetrySettings(
  values: Values<typeof telemetryVariables> & { environment: string },
  process: { serviceName: string; version: string; serviceInstanceId: string },
) {
  const { sampler, samplerRatio, revision, environment } = values;
  const { serviceName, version, serviceInstanceId } = process;
  const { logsExporter, otlpLogsEndpoint, otlpTracesEndpoint } = values;
  return {
    serviceName: values.serviceName || serviceName,
    serviceVersion: revision === 'unknown' ? version : `${version}+${revision}`,
    serviceInstanceId,
    environment,
    protocol: values.otlpProtocol,
    tracesUrl: urlFor(values, otlpTracesEndpoint, 'v1/traces'),
    logsUrl: logsExporter === 'otlp' ? urlFor(values, otlpLogsEndpoint, 'v1/logs') : undefined,
    exceptionSignal: values.exceptionSignal,
    sampler,
    samplerRatio,
  };
}

/** Host and port of the receiver of spans, for people; null = traces are off. */
export function receiverOfTraces(values: Values<typeof telemetryVariables>): string | null {
  const url = urlFor(values, values.otlpTracesEndpoint, 'v1/traces');
  return url === undefined ? null : new URL(url).host;
}

/** @param own the signal's own URL; empty = the base URL and `path` */
function urlFor(
  { telemetryEnabled, otlpEndpoint }: Values<typeof telemetryVariables>,
  own: string,
  path: string,
): string | undefined {
  if (telemetryEnabled === 'false') return undefined;
  const base = otlpEndpoint || (telemetryEnabled === 'true' ? DEFAULT_ENDPOINT : '');
  return own || (base && `${base.replace(/\/+$/, '')}/${path}`) || undefined;
}

/** A name of an HTTP header. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Reads OTEL_EXPORTER_OTLP_HEADERS: `key=value,key2=value2`, percent-encoded.
 * @returns undefined if a pair has no name or no value, or its encoding is wrong
 */
function decodeHeaders(given: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const pair of given.split(',').filter((one) => one.trim() !== '')) {
    const at = pair.indexOf('=');
    const name = decode(pair.slice(0, Math.max(at, 0)));
    const value = decode(pair.slice(at + 1));
    if (!name || !value || !NAME.test(name)) return undefined;
    headers[name] = value;
  }
  return headers;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
