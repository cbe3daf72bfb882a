import { join } from 'node:path';
import { metricSamples, parseExposition } from '@aio/config/weaver/live-check/exposition';
import { attributesOf, type Sample } from '@aio/config/weaver/live-check/samples';
import { UNITS } from '@aio/config/weaver/registry';
import { PROCESS_METRICS } from '@aio/catalog/metrics/process';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import type { ReceivedLogRecord } from '@aio/runtime/otlp/otlp-logs';
import type { ReceivedSpan } from '@aio/runtime/otlp/otlp-json';
import { PROJECT_ROOT } from '@aio/tools/system/own-servers';
import type { System } from '@aio/tools/system/system';

/** Folder of the generated registry. */
export const REGISTRY = join(PROJECT_ROOT, 'observability/config/weaver/generated');

/** Everything that a system exported. */
export interface ExportedTelemetry {
  spans: readonly ReceivedSpan[];
  logRecords: readonly ReceivedLogRecord[];
  /** OpenMetrics, by process. */
  scrapes: Readonly<Record<string, string>>;
}

/** Metrics that the Prometheus client itself defines. The registry has only those of AIO. */
const FOREIGN: ReadonlySet<string> = new Set(PROCESS_METRICS.map(({ name }) => name));

/** The telemetry as samples for a live check. */
export function liveSamples({ spans, logRecords, scrapes }: ExportedTelemetry): Sample[] {
  const resources = new Map(
    [...spans, ...logRecords].map(({ resource }) => [JSON.stringify(resource), resource]),
  );
  return [
    ...[...resources.values()].map((resource) => ({
      resource: { attributes: attributesOf(resource), from: serviceOf(resource) },
    })),
    ...spans.map(({ name, kind, attributes, events, resource }) => ({
      span: {
        name,
        kind,
        attributes: attributesOf(attributes),
        span_events: events.map((event) => ({
          name: event.name,
          attributes: attributesOf(event.attributes),
        })),
        from: serviceOf(resource),
      },
    })),
    ...logRecords.map(({ eventName, severityNumber, severityText, attributes, resource }) => ({
      log: {
        event_name: eventName ?? '',
        severity_number: severityNumber,
        severity_text: severityText,
        attributes: attributesOf(attributes),
        from: serviceOf(resource),
      },
    })),
    ...Object.entries(scrapes).flatMap(([process, text]) =>
      metricSamples(parseExposition(text), process, UNITS)
        .filter(({ name }) => !FOREIGN.has(name))
        .map((metric) => ({ metric })),
    ),
  ];
}

/** Scrapes each process as Prometheus does: in OpenMetrics, which has units. */
export async function scrapeAll({
  apis,
  workers,
}: Pick<System, 'apis' | 'workers'>): Promise<Record<string, string>> {
  const headers = { accept: 'application/openmetrics-text' };
  const scraped = [...apis, ...workers].map(async ({ name, metricsUrl }) => {
    return [name, await (await fetch(metricsUrl, { headers })).text()] as const;
  });
  return Object.fromEntries(await Promise.all(scraped));
}

function serviceOf(resource: Readonly<Record<string, unknown>>): string {
  return String(resource[ATTRIBUTES.serviceName] ?? 'an unnamed service');
}
