/** The definition language: JSON Schema 2020-12 and the TypeScript types of what passes it. */

import { Type, type Static, type TObject, type TSchema } from 'typebox';
import { Duration } from './duration.ts';
import { EXAMPLE_DEFINITION } from './example.ts';
import {
  type ExpandingKindName,
  EXPANDING_KIND_NAMES,
  expandsItems,
  type STEP_KINDS,
  stepKind,
  type StepKindName,
  WORK_KIND_NAMES,
  type WorkKindName,
} from './kinds/registry.ts';
import { MAX_ATTEMPTS, MAX_MAP_CONCURRENCY, MAX_STEPS } from './limits.ts';
import { STEP_ID_PATTERN, WORKFLOW_NAME_PATTERN } from './names.ts';
import { templatedObject, type Templated } from './templated.ts';

export const JOINS = ['all_succeeded', 'none_failed', 'all_settled'] as const;
export type Join = (typeof JOINS)[number];

const Retry = Type.Object(
  {
    maxAttempts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_ATTEMPTS,
        description: 'Attempts in all. Default 1.',
      }),
    ),
    backoff: Type.Optional(
      Type.Enum(['exponential', 'constant'], { description: 'Default exponential, full jitter.' }),
    ),
    delay: Type.Optional(Duration('Before the second attempt. Default 1s.')),
    maxDelay: Type.Optional(Duration('Cap of the grown delay. Default 1m.')),
  },
  { additionalProperties: false, description: 'What to do when an attempt fails.' },
);

const OnFailure = Type.Unsafe<'fail' | 'continue' | { fallback: unknown }>({
  description:
    'When the last attempt failed: fail the run (default), continue with output null, or succeed with the fallback.',
  type: ['string', 'object'],
  properties: { fallback: { description: 'A template.' } },
  required: ['fallback'],
  additionalProperties: false,
  if: { type: 'object' },
  else: { enum: ['fail', 'continue'] },
});

const attemptFields = {
  retry: Type.Optional(Retry),
  timeout: Type.Optional(Duration('Per attempt.')),
  onFailure: Type.Optional(OnFailure),
};

const placeFields = {
  needs: Type.Optional(
    Type.Array(Type.String({ pattern: STEP_ID_PATTERN }), {
      description: 'Steps that come before this one.',
    }),
  ),
  if: Type.Optional(
    Type.String({
      description: 'Expression; the step is skipped unless it is true.',
      minLength: 1,
    }),
  ),
  join: Type.Optional(
    Type.Enum([...JOINS], { description: 'Which ends of its parents let it run.' }),
  ),
};

/** `with` as a definition writes it. */
function writtenWith(kind: StepKindName): TSchema {
  const { with: schema, literalFields, withRequired } = stepKind(kind);
  const written = Type.Unsafe<unknown>(templatedObject(schema, literalFields));
  return withRequired ? written : Type.Optional(written);
}

function stepOf(kind: StepKindName, fields: Record<string, TSchema>): TSchema {
  return Type.Object(
    { type: Type.Literal(kind), with: writtenWith(kind), ...fields },
    { additionalProperties: false, description: stepKind(kind).description },
  );
}

function oneOfKinds(steps: TSchema[], description: string): TSchema {
  return Type.Unsafe({
    type: 'object',
    description,
    discriminator: { propertyName: 'type' },
    oneOf: steps,
  });
}

const ItemStep = oneOfKinds(
  WORK_KIND_NAMES.map((kind) => stepOf(kind, attemptFields)),
  'What is done with each item; `item` and `index` are in scope.',
);

const mapFields = {
  over: Type.Unsafe<unknown>({
    description: 'The items: a list, or an expression that gives one.',
    type: ['array', 'string'],
  }),
  concurrency: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_MAP_CONCURRENCY,
      description: 'Items at once. Default 10.',
    }),
  ),
  step: Type.Unsafe<unknown>({ $ref: '#/$defs/ItemStep' }),
  onFailure: Type.Optional(OnFailure),
  ...placeFields,
};

function mapStepOf(kind: ExpandingKindName): TSchema {
  return Type.Object(
    { type: Type.Literal(kind), ...mapFields },
    { additionalProperties: false, description: stepKind(kind).description },
  );
}

const Step = oneOfKinds(
  [
    ...WORK_KIND_NAMES.map((kind) => stepOf(kind, { ...placeFields, ...attemptFields })),
    ...EXPANDING_KIND_NAMES.map(mapStepOf),
  ],
  'One step. Its `type` says which fields it has.',
);

export const WORKFLOW_SCHEMA_ID = 'urn:aio:schema:workflow';

const frameFields = {
  name: Type.String({
    pattern: WORKFLOW_NAME_PATTERN,
    description: 'Lower case letters, digits and dashes.',
  }),
  description: Type.Optional(Type.String({ maxLength: 4_096 })),
  input: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      description: 'JSON Schema (2020-12) that the input of a run must meet.',
    }),
  ),
  timeout: Type.Optional(Duration('Of the whole run. Default none.')),
  output: Type.Optional(Type.Unknown({ description: 'Output of the run; a template.' })),
};

const stepsFrame = {
  type: 'object',
  description: 'Steps by their id.',
  minProperties: 1,
  maxProperties: MAX_STEPS,
};

/** A workflow whose steps are not looked into. */
export const WorkflowFrameSchema = Type.Object(
  { ...frameFields, steps: Type.Unsafe(stepsFrame) },
  { additionalProperties: false },
);

/** One step by itself. */
export const StepSchema = { $ref: '#/$defs/Step', $defs: { Step, ItemStep } };

/** The published schema. `generate.ts` writes it to workflow.schema.json. */
export const WorkflowSchema = Type.Unsafe<WorkflowDefinition>({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: WORKFLOW_SCHEMA_ID,
  title: 'AIO workflow',
  description: 'A directed acyclic graph of steps. Strings may hold ${{ CEL }} expressions.',
  ...Type.Object(
    {
      ...frameFields,
      steps: Type.Unsafe({
        ...stepsFrame,
        propertyNames: { pattern: STEP_ID_PATTERN },
        additionalProperties: { $ref: '#/$defs/Step' },
      }),
    },
    { additionalProperties: false },
  ),
  examples: [EXAMPLE_DEFINITION],
  $defs: { Step, ItemStep },
});

type Attempt = Static<TObject<typeof attemptFields>>;
type Place = Static<TObject<typeof placeFields>>;

type WithOf<Kind extends StepKindName> = Static<(typeof STEP_KINDS)[Kind]['with']>;

/** What a kind's executor gets: its `with`, evaluated. */
export type EvaluatedWith<Kind extends StepKindName> = WithOf<Kind>;

type Work = {
  [Kind in WorkKindName]: { type: Kind; with?: Templated<WithOf<Kind>> };
}[WorkKindName];

export type ItemStepDefinition = Work & Attempt;
export type WorkStepDefinition = Work & Attempt & Place;
export type MapStepDefinition = Omit<Static<TObject<typeof mapFields>>, 'step'> & {
  type: ExpandingKindName;
  step: ItemStepDefinition;
};
export type StepDefinition = WorkStepDefinition | MapStepDefinition;

/** The step is expanded into items, each of which does what its `step` says. */
export function isMapStep(step: StepDefinition): step is MapStepDefinition {
  return expandsItems(step.type);
}

export interface WorkflowDefinition {
  name: string;
  description?: string;
  /** JSON Schema of the input. */
  input?: Record<string, unknown>;
  timeout?: string;
  steps: Record<string, StepDefinition>;
  output?: unknown;
}
