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
  type: string;
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
