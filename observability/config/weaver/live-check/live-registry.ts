import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type RequirementLevel = string | Readonly<Record<string, string>>;

export interface AttributeRef {
  ref: string;
  requirement_level?: RequirementLevel;
}

interface Definition {
  /** Present = do not use it any more. */
  deprecated?: unknown;
}

export interface AttributeDefinition extends Definition {
  key: string;
  /** Name of a type, such as `int` and `string[]`, or the values of an enumeration. */
  type: string | { members: readonly { value: unknown }[] };
}

export interface SignalDefinition extends Definition {
  attributes: readonly AttributeRef[];
}

export interface SpanDefinition extends SignalDefinition {
  type: string;
  kind: string;
  /** Variable parts of the name are in braces. */
  name: { note: string };
}

export interface MetricDefinition extends SignalDefinition {
  name: string;
  instrument: string;
  unit: string;
}

interface EntityDefinition {
  identity: readonly AttributeRef[];
  description?: readonly AttributeRef[];
}

/** A Weaver registry (`file_format: definition/2`), by name. */
export interface LiveRegistry {
  readonly attributes: ReadonlyMap<string, AttributeDefinition>;
  readonly spans: readonly SpanDefinition[];
  readonly events: ReadonlyMap<string, SignalDefinition>;
  readonly metrics: ReadonlyMap<string, MetricDefinition>;
  readonly entities: readonly EntityDefinition[];
}

/** @param folder with the registry's YAML files */
export function readLiveRegistry(folder: string): LiveRegistry {
  const files = globSync('*.yaml', { cwd: folder }).map(
    (file) => parse(readFileSync(join(folder, file), 'utf8')) as RegistryFile,
  );
  return {
    attributes: new Map(
      files.flatMap(({ attributes = [] }) => attributes.map((one) => [one.key, one])),
    ),
    spans: files.flatMap(({ spans = [] }) => spans),
    events: new Map(files.flatMap(({ events = [] }) => events.map((one) => [one.name, one]))),
    metrics: new Map(files.flatMap(({ metrics = [] }) => metrics.map((one) => [one.name, one]))),
    entities: files.flatMap(({ entities = [] }) => entities),
  };
}

interface RegistryFile {
  attributes?: AttributeDefinition[];
  spans?: SpanDefinition[];
  events?: (SignalDefinition & { name: string })[];
  metrics?: MetricDefinition[];
  entities?: EntityDefinition[];
}
