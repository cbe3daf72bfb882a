import { METRICS } from './all-metrics.ts';
import { LOG_EVENTS } from './log-events.ts';
import type { LogEventDefinition } from './log-event.ts';
import { LOG_FIELDS } from './log-fields.ts';
import { markdownTable } from './markdown-table.ts';
import { isBounded, type Label, type MetricDefinition, type OpenLabel } from './metric.ts';
import { PROCESS_METRICS } from './metrics/process.ts';
import { SPAN_RULES, type SpanPlace } from './span-rules.ts';
import { SPANS, type SpanDefinition, type SpanKey } from './spans.ts';

const PROCESSES = { api: 'API', worker: 'worker', both: 'both' } as const;

/** The catalogue as a page for people: Markdown, ends in a newline. */
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
    '`upTo n`: the first n values of the label are themselves, later ones `other`. A value that was idle for a day frees its place. `upTo n with l`: the first n pairs with the value of label `l`.',
    '',
    '`owner` is the subject of who signed in, as tokens name it. With `METRICS_HASH_OWNERS=true` it is the first 12 hexadecimal digits of the SHA-256 hash of that: `printf %s "$SUBJECT" | sha256sum | cut -c 1-12`.',
    '',
    markdownTable(
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
    markdownTable(
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
    markdownTable(
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
    'In bold: the attributes that each of them has. What failed has `error.type`.',
    '',
    markdownTable(
      ['name', 'kind', 'lies below', 'links to', 'what it is', 'attributes'],
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
    'Each line also has its time, its level and, where there is a span, `trace_id`, `span_id` and `trace_flags`. Next to each field: its attribute in an exported log record, where that has another name. `err` becomes `exception.type`, `exception.message`, `exception.stacktrace` and `error.type`, `error` becomes `error.type` and `error.message`; what else they have is in `aio.error.details`.',
    '',
    markdownTable(
      ['event.name', 'level', 'message', 'fields'],
      events.map(({ name, severities, message, fields }) => [
        code(name),
        severities.join(', '),
        message,
        fields === 'any'
          ? 'those of `aio.step.failed` but `error`, and the line’s own'
          : fields.map(describeField).join('<br>'),
      ]),
    ),
    '',
  ].join('\n');
}

function describePlace(place: SpanPlace): string {
  if (place === 'root') return 'nothing';
  return place === 'outside' ? 'the client’s' : code(SPANS[place].name);
}

function describeLabel([name, label]: [string, Label]): string {
  return `${code(name)}: ${isBounded(label) ? label.join(', ') : describeBound(label)}`;
}

function describeBound({ upTo, within }: OpenLabel): string {
  return within === undefined ? `upTo ${upTo}` : `upTo ${upTo} with ${within}`;
}

const ATTRIBUTE_OF: Readonly<Record<string, string>> = LOG_FIELDS;

function describeField(field: string): string {
  const attribute = ATTRIBUTE_OF[field];
  return attribute === undefined ? code(field) : `${code(field)}: ${code(attribute)}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
