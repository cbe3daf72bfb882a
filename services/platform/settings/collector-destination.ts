import type { Values } from './environment.ts';
import { telemetryVariables } from './telemetry-variables.ts';

const { otlpEndpoint, otlpHeaders, otlpProtocol } = telemetryVariables;

export const destinationVariables = { otlpEndpoint, otlpHeaders, otlpProtocol };

/** Name of the exporter in the collector's configuration and metrics. */
const EXPORTER = 'otlp_http/endpoint';

/**
 * Configuration of a collector that also sends traces to OTEL_EXPORTER_OTLP_ENDPOINT, as JSON, which is YAML. It is
 * merged into `observability/config/otel-collector/collector.yaml`; empty = no other destination.
 */
export function collectorDestination(values: Values<typeof destinationVariables>): string {
  if (values.otlpEndpoint === '') return '{}\n';
  const exporter = {
    endpoint: values.otlpEndpoint.replace(/\/+$/, ''),
    encoding: values.otlpProtocol === 'http/json' ? 'json' : 'proto',
    headers: values.otlpHeaders,
  };
  const config = {
    exporters: { [EXPORTER]: exporter },
    // Merging replaces lists.
    service: { pipelines: { 'traces/kept': { exporters: ['otlp_http', EXPORTER] } } },
  };
  // The collector replaces `$NAME` by a variable, and `$$` by a dollar.
  return `${JSON.stringify(config, null, 2).replaceAll('$', '$$$$')}\n`;
}
