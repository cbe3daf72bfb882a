/**
 * A file of a registry of semantic conventions, as OpenTelemetry's Weaver reads it: `file_format: definition/2`, as of
 * Weaver 0.25.
 */
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
  type: string;
}

interface Signal extends Described {
  requirement_level: 'recommended';
  attributes: AttributeRef[];
  /** What Weaver hands on to templates and policies as it is. */
  annotations: { aio: object };
}

export interface AttributeRef {
  ref: string;
  requirement_level?: 'required' | 'recommended' | { conditionally_required: string };
  examples?: readonly string[];
  note?: string;
}
