import { METRICS } from './metrics/all-metrics.ts';
import { LOG_EVENTS } from './logs/log-events.ts';
import type { LogEventDefinition } from './logs/log-event.ts';
import { LOG_FIELDS } from './logs/log-fields.ts';
import { markdownTable } from './markdown-table.ts';
import { isBounded, type Label, type OpenLabel } from '@aio/metrics';
import type { MetricDefinition } from './metrics/metric.ts';
import { PROCESS_METRICS } from './metrics/process.ts';
import { SPAN_RULES, type SpanPlace } from './traces/span-rules.ts';
import { SPANS, type SpanDefinition, type SpanKey } from './traces/spans.ts';

const PROCESSES = { api: 'API', worker: 'worker', both: 'both' } as const;

/** The catalogue as Markdown; ends in a newline. */
export function writeDocument(): string {
  const metrics: MetricDefinition[] = Object.values(METRICS);
  const histograms = metrics.filter((metric) => metric.type === 'histogram');
  const spans = Object.entries(SPANS) as [SpanKey, SpanDefinition][];
  const events: LogEventDefinition[] = Object.values(LOG_EVENTS);
  return [
    '<!-- Generated from observability/catalog by `npm run generate`. Do not edit. -->',
    '',
    '# Metrics, spans and log events',
    '',
    '## Metrics',
    '',
    '`upTo n`: the label keeps its first n values; later ones become `other`. A value that is idle for a day frees its place. `upTo n with l, m each`: the first n pairs with label `l`, and the first m of each. If all places are taken, a new value of `workflow`, `step`, `model` or `host` takes the longest idle one of the owner who has most, if that is more than a quarter. A process has fewer than 10,000 series: beyond `METRICS_MAX_SERIES` (9,000 of counters and histograms), the last open label becomes `other`, so sums stay right.',
    '',
    '`owner` is the subject of the token or session. With `METRICS_HASH_OWNERS=true`, it is the first 12 hexadecimal digits of its SHA-256 hash: `printf %s "$SUBJECT" | sha256sum | cut -c 1-12`.',
    '',
    markdownTable(
      ['metric', 'type', 'labels', 'exposed by', 'meaning'],
      metrics.map((metric) => [
        code(metric.name),
        metric.type,
        Object.entries(metric.labels).map(describeLabel).join('<br>'),
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
    '## Spans',
    '',
    'Bold attributes are required. Failed spans have `error.type`.',
    '',
    markdownTable(
      ['name', 'kind', 'parents', 'links', 'meaning', 'attributes'],
      spans.map(([key, { name, kind, help, attributes }]) => [
        code(name),
        kind,
        SPAN_RULES[key].parents.map(describePlace).join('<br>'),
        (SPAN_RULES[key].links ?? []).map(describePlace).join('<br>'),
        help,
        attributes
          .map((one) => (SPAN_RULES[key].required.includes(one) ? `**${code(one)}**` : code(one)))
          .join(' '),
      ]),
    ),
    '',
    '## Log events',
    '',
    'Each line also has its time, its level and, within a span, `trace_id`, `span_id` and `trace_flags`. After a field comes its attribute in the exported log record, if the name differs. `err` becomes `exception.type`, `exception.message`, `exception.stacktrace` and `error.type`; `error` becomes `error.type` and `error.message`. Their other properties go to `aio.error.details`.',
    '',
    markdownTable(
      ['event.name', 'level', 'message', 'fields'],
      events.map(({ name, severities, message, fields }) => [
        code(name),
        severities.join(', '),
        message,
        fields.map(describeField).join('<br>'),
      ]),
    ),
    '',
  ].join('\n');
}

function describePlace(place: SpanPlace): string {
  if (place === 'root') return 'none';
  return place === 'outside' ? 'the client’s span' : code(SPANS[place].name);
}

function describeLabel([name, label]: [string, Label]): string {
  return `${code(name)}: ${isBounded(label) ? label.join(', ') : describeBound(label)}`;
}

function describeBound({ upTo, within, upToEach }: OpenLabel): string {
  if (within === undefined) return `upTo ${upTo}`;
  return `upTo ${upTo} with ${within}${upToEach === undefined ? '' : `, ${upToEach} each`}`;
}

const ATTRIBUTE_OF: Readonly<Record<string, string>> = LOG_FIELDS;

function describeField(field: string): string {
  const attribute = ATTRIBUTE_OF[field];
  return attribute === undefined ? code(field) : `${code(field)}: ${code(attribute)}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
