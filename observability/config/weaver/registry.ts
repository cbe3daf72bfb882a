import { METRICS } from '@aio/catalog/metrics/all-metrics';
import {
  ATTRIBUTE_FACTS,
  type AttributeFact,
  FIELD_FACTS,
} from '@aio/catalog/traces/attribute-facts';
import { ATTRIBUTES } from '@aio/catalog/traces/attributes';
import { attributesOfEvent } from '@aio/catalog/logs/log-attributes';
import type { LogEventDefinition } from '@aio/catalog/logs/log-event';
import { LOG_EVENTS } from '@aio/catalog/logs/log-events';
import type { MetricDefinition } from '@aio/catalog/metrics/metric';
import { isBounded } from '@aio/metrics';
import { STABLE } from '@aio/catalog/traces/semantic-conventions';
import { SPAN_RULES } from '@aio/catalog/traces/span-rules';
import { type SpanDefinition, type SpanKey, SPANS } from '@aio/catalog/traces/spans';

const FORMAT = 'definition/2';
/** Names may still change between versions of AIO. Each process emits all of its signals. */
const SIGNAL = { stability: 'development', requirement_level: 'recommended' } as const;

/** Units in UCUM, by those of the catalogue. */
export const UNITS: Readonly<Record<MetricDefinition['unit'], string>> = {
  seconds: 's',
  bytes: 'By',
  usd: '{USD}',
  tokens: '{token}',
  ratio: '1',
  count: '1',
};

const metrics: readonly MetricDefinition[] = Object.values(METRICS);
const LABELS = [...new Set(metrics.flatMap(({ labels }) => Object.keys(labels)))].toSorted();
const STABLE_KEYS: ReadonlySet<string> = new Set(Object.values(STABLE));

/** What the SDK's detectors find out about a process. */
const OF_RESOURCE: Readonly<Record<string, AttributeFact[0]>> = {
  'telemetry.sdk.name': 'string',
  'telemetry.sdk.language': 'string',
  'telemetry.sdk.version': 'string',
  'host.name': 'string',
  'host.id': 'string',
  'host.arch': 'string',
  'os.type': 'string',
  'os.version': 'string',
  'process.pid': 'int',
  'process.owner': 'string',
  'process.command': 'string',
  'process.command_args': 'string[]',
  'process.executable.name': 'string',
  'process.executable.path': 'string',
  'process.runtime.name': 'string',
  'process.runtime.version': 'string',
  'process.runtime.description': 'string',
};

/** Attributes of spans, log records and the resource, then labels of metrics. */
export function attributeFile(): DefinitionFile {
  const facts: [string, AttributeFact][] = [
    ...Object.entries(ATTRIBUTE_FACTS),
    ...Object.entries(FIELD_FACTS),
    ...LABELS.filter((label) => FIELD_FACTS[label] === undefined).map(
      (label): [string, AttributeFact] => [
        label,
        [typeOfLabel(label), `The label ${label} of metrics.`],
      ],
    ),
    ...Object.entries(OF_RESOURCE).map(([key, type]): [string, AttributeFact] => [
      key,
      [type, 'As OpenTelemetry defines it.'],
    ]),
  ];
  return {
    file_format: FORMAT,
    attributes: facts.map(([key, [type, brief]]) => ({
      key,
      type: typeof type === 'string' ? type : { members: type.oneOf.map(memberOf) },
      brief,
      stability: STABLE_KEYS.has(key) ? 'stable' : SIGNAL.stability,
    })),
  };
}

/** The values of the label in all metrics; open if it is open in one. */
function typeOfLabel(label: string): AttributeFact[0] {
  const specs = metrics.flatMap(({ labels }) => (label in labels ? [labels[label]!] : []));
  return specs.every(isBounded) ? { oneOf: [...new Set(specs.flat())] } : 'string';
}

function memberOf(value: string): EnumMember {
  return { id: value.replaceAll(/\W/g, '_'), value, stability: SIGNAL.stability };
}

/** Resource attributes of each process. */
export function entityFile(): DefinitionFile {
  const { serviceName, serviceInstanceId, serviceVersion, deploymentEnvironmentName } = ATTRIBUTES;
  return {
    file_format: FORMAT,
    entities: [
      {
        type: 'aio.service_instance',
        brief: 'A process of the API or a worker.',
        ...SIGNAL,
        identity: [{ ref: serviceName }, { ref: serviceInstanceId }],
        description: [
          { ref: serviceVersion },
          { ref: deploymentEnvironmentName },
          ...Object.keys(OF_RESOURCE).map((ref) => ({ ref })),
        ],
      },
    ],
  };
}

export function spanFile(): DefinitionFile {
  const spans = Object.entries(SPANS) as [SpanKey, SpanDefinition][];
  return {
    file_format: FORMAT,
    spans: spans.map(([key, { name, kind, help, attributes }]) => {
      const { parents, links = [], required } = SPAN_RULES[key];
      return {
        type: typeOf(key),
        kind,
        brief: help,
        ...SIGNAL,
        name: { note: name },
        attributes: attributes.map((ref) => ({
          ref,
          requirement_level: required.includes(ref)
            ? 'required'
            : ref === ATTRIBUTES.errorType
              ? { conditionally_required: 'If it failed.' }
              : 'recommended',
        })),
        annotations: {
          aio: {
            below: parents.map(typeOf),
            ...(links.length > 0 && { links: links.map(typeOf) }),
          },
        },
      };
    }),
  };
}

export function eventFile(): DefinitionFile {
  const events: readonly LogEventDefinition[] = Object.values(LOG_EVENTS);
  return {
    file_format: FORMAT,
    events: events.map((event) => ({
      name: event.name,
      brief: `${event.message}.`,
      ...SIGNAL,
      attributes: attributesOfEvent(event).map((ref) => ({
        ref,
        requirement_level: ref === ATTRIBUTES.eventName ? 'required' : 'recommended',
      })),
      annotations: { aio: { severities: event.severities } },
    })),
  };
}

export function metricFile(): DefinitionFile {
  return {
    file_format: FORMAT,
    metrics: metrics.map((metric) => ({
      name: metric.name,
      brief: metric.help,
      instrument: metric.type,
      unit: UNITS[metric.unit],
      ...SIGNAL,
      attributes: Object.entries(metric.labels).map(([ref, values]): AttributeRef => ({
        ref,
        requirement_level: 'required',
        ...(isBounded(values) ? { examples: values } : { note: describeOpen(values.upTo) }),
      })),
      annotations: {
        aio: {
          exposed_by: metric.exposedBy,
          ...(metric.type === 'histogram' && { buckets: metric.buckets }),
        },
      },
    })),
  };
}

/** `httpServer` -> `aio.http_server`; `root` and `outside` are not AIO's spans. */
function typeOf(place: string): string {
  if (!(place in SPANS)) return place;
  return `aio.${place.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

function describeOpen(upTo: number): string {
  return `The first ${upTo} values are themselves, later ones \`other\`.`;
}

/** A file of a Weaver registry of semantic conventions: `file_format: definition/2`, Weaver 0.25. */
export interface DefinitionFile {
  file_format: 'definition/2';
  attributes?: AttributeDef[];
  entities?: (Described & {
    requirement_level: 'recommended';
    type: string;
    identity: AttributeRef[];
    description: AttributeRef[];
  })[];
  spans?: (Signal & { type: string; kind: string; name: { note: string } })[];
  events?: (Signal & { name: string })[];
  metrics?: (Signal & { name: string; instrument: string; unit: string })[];
}

type Stability = 'stable' | 'development';

interface Described {
  brief: string;
  stability: Stability;
}

interface AttributeDef extends Described {
  key: string;
  type: string | { members: EnumMember[] };
}

interface EnumMember {
  id: string;
  value: string;
  stability: Stability;
}

interface Signal extends Described {
  requirement_level: 'recommended';
  attributes: AttributeRef[];
  /** Weaver passes these unchanged to templates and policies. */
  annotations: { aio: object };
}

export interface AttributeRef {
  ref: string;
  requirement_level?: 'required' | 'recommended' | { conditionally_required: string };
  examples?: readonly string[];
  note?: string;
}
