/** Prints the collector's configuration for OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS and _PROTOCOL. */

import { collectorDestination, destinationVariables } from './settings/collector-destination.ts';
import { readEnvironment } from './settings/environment.ts';
import { exitWith } from './exit-with.ts';

try {
  process.stdout.write(collectorDestination(readEnvironment(destinationVariables, process.env)));
} catch (error) {
  exitWith(error);
}
