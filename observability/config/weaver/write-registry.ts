import { stringify } from 'yaml';
import { attributeFile, entityFile, eventFile, metricFile, spanFile } from './registry.ts';

const HEADER = '# Generated from observability/catalog by `npm run generate`. Do not edit.\n';

/** Name and version of the registry. It is not published anywhere. */
const MANIFEST = {
  schema_url: 'https://aio.example/schemas/0.1.0',
  description: 'Metrics, spans and log events of AIO.',
  stability: 'development',
};

/** The catalogue as a Weaver registry, text by file name. */
export function writeWeaverRegistry(): Record<string, string> {
  const files = {
    'manifest.yaml': MANIFEST,
    'attributes.yaml': attributeFile(),
    'entities.yaml': entityFile(),
    'spans.yaml': spanFile(),
    'events.yaml': eventFile(),
    'metrics.yaml': metricFile(),
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, file]) => [
      name,
      HEADER + stringify(file, { lineWidth: 0, aliasDuplicateObjects: false }),
    ]),
  );
}
