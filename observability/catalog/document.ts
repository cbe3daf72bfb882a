import { METRICS } from './metrics/all-metrics.ts';
import { markdownTable } from './markdown-table.ts';
import { isBounded, type Label, type OpenLabel } from '@aio/metrics';
import type { MetricDefinition } from './metrics/metric.ts';
import { PROCESS_METRICS } from './metrics/process.ts';

const PROCESSES = { api: 'API', worker: 'worker', both: 'both' } as const;

/** The metrics as Markdown; ends in a newline. */
export function writeDocument(): string {
  const metrics: MetricDefinition[] = Object.values(METRICS);
  const histograms = metrics.filter((metric) => metric.type === 'histogram');
  return [
    '<!-- Generated from observability/catalog by `npm run generate`. Do not edit. -->',
    '',
    '# Metrics',
    '',
    '`upTo n`: the label keeps its first n values; later ones become `other`. A value that is idle for a day frees its place. `upTo n with l, m each`: the first n pairs with label `l`, and the first m of each. If all places are taken, a new value of `workflow`, `step`, `model` or `host` takes the longest idle one of the owner who has most, if that is more than a quarter. `at most n`: the metric keeps its first n sets of labels in the same way; in later ones, labels with `upTo` become `other`, so sums stay right. All metrics of a process have at most 10,000 series.',
    '',
    '`owner` is the subject of the token or session. With `METRICS_HASH_OWNERS=true`, it is the first 12 hexadecimal digits of its SHA-256 hash: `printf %s "$SUBJECT" | sha256sum | cut -c 1-12`.',
    '',
    markdownTable(
      ['metric', 'type', 'labels', 'exposed by', 'meaning'],
      metrics.map((metric) => [
        code(metric.name),
        metric.type,
        [
          ...Object.entries(metric.labels).map(describeLabel),
          ...(metric.upTo === undefined ? [] : [`at most ${metric.upTo}`]),
        ].join('<br>'),
        PROCESSES[metric.exposedBy] +
          (metric.needs ? `, with a ${metric.needs}`.replace(/a (?=o)/, 'an ') : ''),
        metric.help,
      ]),
    ),
    '',
    '## Buckets',
    '',
    markdownTable(
      ['histogram', 'upper bounds', 'exemplars'],
      histograms.map(({ name, buckets, exemplars }) => [
        code(name),
        buckets.join(' '),
        exemplars ? 'yes' : 'no',
      ]),
    ),
    '',
    '## Process metrics of the Prometheus client, in both',
    '',
    markdownTable(
      ['metric', 'type', 'labels', 'meaning'],
      PROCESS_METRICS.map((metric) => [
        code(metric.name),
        metric.type,
        metric.labels.map(code).join(' '),
        metric.help,
      ]),
    ),
    '',
  ].join('\n');
}

function describeLabel([name, label]: [string, Label]): string {
  return `${code(name)}: ${isBounded(label) ? label.join(', ') : describeBound(label)}`;
}

function describeBound({ upTo, within, upToEach }: OpenLabel): string {
  if (within === undefined) return `upTo ${upTo}`;
  return `upTo ${upTo} with ${within}${upToEach === undefined ? '' : `, ${upToEach} each`}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
