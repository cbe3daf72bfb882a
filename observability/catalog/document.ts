import { METRICS } from './all-metrics.ts';
import { isBounded, type Label, type MetricDefinition } from './metric.ts';
import { PROCESS_METRICS } from './metrics/process.ts';
import { SPANS, type SpanDefinition } from './spans.ts';

const PROCESSES = { api: 'API', worker: 'worker', both: 'both' } as const;

/** The catalogue as a page for people: Markdown, ends in a newline. */
export function writeDocument(): string {
  const metrics: MetricDefinition[] = Object.values(METRICS);
  const histograms = metrics.filter((metric) => metric.type === 'histogram');
  const spans: SpanDefinition[] = Object.values(SPANS);
  return [
    '<!-- Generated from observability/catalog by `npm run generate`. Do not edit. -->',
    '',
    '# Metrics and spans',
    '',
    '## Metrics',
    '',
    '`upTo n`: the first n values of the label are themselves, later ones `other`.',
    '',
    table(
      ['metric', 'type', 'labels', 'exposed by', 'what it says'],
      metrics.map((metric) => [
        code(metric.name),
        metric.type,
        Object.entries(metric.labels).map(describeLabel).join('<br>'),
        PROCESSES[metric.exposedBy],
        metric.help,
      ]),
    ),
    '',
    '## Buckets',
    '',
    table(
      ['histogram', 'upper bounds', 'exemplars'],
      histograms.map(({ name, buckets, exemplars }) => [
        code(name),
        buckets.join(' '),
        exemplars ? 'yes' : 'no',
      ]),
    ),
    '',
    '## Metrics of the process, made by the Prometheus client in both',
    '',
    table(
      ['metric', 'type', 'labels', 'what it says'],
      PROCESS_METRICS.map((metric) => [
        code(metric.name),
        metric.type,
        metric.labels.map(code).join(' '),
        metric.help,
      ]),
    ),
    '',
    '## Spans',
    '',
    table(
      ['name', 'kind', 'what it is', 'attributes'],
      spans.map(({ name, kind, help, attributes }) => [
        code(name),
        kind,
        help,
        attributes.map(code).join(' '),
      ]),
    ),
    '',
  ].join('\n');
}

function describeLabel([name, label]: [string, Label]): string {
  return `${code(name)}: ${isBounded(label) ? label.join(', ') : `upTo ${label.upTo}`}`;
}

/** Padded as the formatter pads, so that it has nothing to change. */
function table(header: string[], rows: string[][]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  );
}

function code(text: string): string {
  return `\`${text}\``;
}
