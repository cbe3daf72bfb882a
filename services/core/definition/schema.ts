/** The definition language as JSON Schema 2020-12, and the TypeScript types of valid definitions. */

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
import {
  MAX_ATTEMPTS,
  MAX_LABEL_CHARACTERS,
  MAX_LABELS,
  MAX_MAP_CONCURRENCY,
  MAX_STEPS,
} from './limits.ts';
import { LABEL_NAME_PATTERN, STEP_ID_PATTERN, WORKFLOW_NAME_PATTERN } from './names.ts';
import { templatedObject, type Templated } from './templated.ts';

export const JOINS = ['all_succeeded', 'none_failed', 'all_settled'] as const;
export type Join = (typeof JOINS)[number];

const Retry = Type.Object(
  {
    maxAttempts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_ATTEMPTS,
        description:
          'Maximum number of attempts, with the first one. Default: 1, no retry. Calls that a model refuses (429) do not count.',
      }),
    ),
    backoff: Type.Optional(
      Type.Enum(['exponential', 'constant'], {
        description: 'How the delay grows. Default: exponential, with full jitter.',
      }),
    ),
    delay: Type.Optional(Duration('Delay before the second attempt. Default: 1s.')),
    maxDelay: Type.Optional(Duration('Maximum delay. Default: 1m.')),
  },
  {
    additionalProperties: false,
    description:
      'How to retry when an attempt fails. A call that a model refuses (429) is retried up to four times in any case.',
  },
);

const OnFailure = Type.Enum(['fail', 'continue'], {
  description:
    'What to do if the last attempt fails: fail the run (default), or continue with output null.',
});

const TIMEOUT =
  'Time limit of each attempt. A call that a model refuses (429) shares it with the next call, waits included, from the first start of the step.';

const attemptFields = {
  retry: Type.Optional(Retry),
  timeout: Type.Optional(Duration(TIMEOUT)),
  onFailure: Type.Optional(OnFailure),
};

const placeFields = {
  needs: Type.Optional(
    Type.Array(Type.String({ pattern: STEP_ID_PATTERN }), {
      description: 'Ids of the steps that must end before this step.',
    }),
  ),
  if: Type.Optional(
    Type.String({
      description: 'Condition, as an expression. AIO skips the step unless the condition is true.',
      minLength: 1,
    }),
  ),
  join: Type.Optional(
    Type.Enum([...JOINS], {
      description: 'How its parents must end for this step to run. Default: all_succeeded.',
    }),
  ),
};

/** The fields of attempts of a kind, which may limit their timeout. */
function attemptFieldsOf(kind: WorkKindName): typeof attemptFields {
  const { maxTimeout } = stepKind(kind);
  if (maxTimeout === undefined) return attemptFields;
  return {
    ...attemptFields,
    timeout: Type.Optional(Duration(`${TIMEOUT} At most ${maxTimeout}.`)),
  };
}

/** Schema of `with` in a definition, where values may be templates. */
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
  WORK_KIND_NAMES.map((kind) => stepOf(kind, attemptFieldsOf(kind))),
  'The step to run for each item. Expressions can use `item` and `index`.',
);

const mapFields = {
  over: Type.Unsafe<unknown>({
    description: 'The items: a list, or one expression that returns a list.',
    type: ['array', 'string'],
  }),
  concurrency: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_MAP_CONCURRENCY,
      description: 'Maximum number of concurrent items. Default: 10.',
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
    ...WORK_KIND_NAMES.map((kind) => stepOf(kind, { ...placeFields, ...attemptFieldsOf(kind) })),
    ...EXPANDING_KIND_NAMES.map(mapStepOf),
  ],
  'One step. Its `type` determines its other fields.',
);

export const WORKFLOW_SCHEMA_ID = 'urn:aio:schema:workflow';

const frameFields = {
  name: Type.String({
    pattern: WORKFLOW_NAME_PATTERN,
    description: 'Name of the workflow: lower-case letters, digits and dashes.',
  }),
  description: Type.Optional(Type.String({ maxLength: 4_096 })),
  title: Type.Optional(
    Type.String({
      maxLength: 1_024,
      description:
        'Title of each run in lists, such as "Order ${{ input.order }}". Evaluated when the run is accepted, so expressions can use `input` and `run.id`. At most 120 characters are kept.',
    }),
  ),
  labels: Type.Optional(
    Type.Record(Type.String({ pattern: LABEL_NAME_PATTERN }), Type.String({ maxLength: 1_024 }), {
      maxProperties: MAX_LABELS,
      additionalProperties: false,
      description: `Labels of each run, by which lists filter, such as {customer: "\${{ input.customer }}"}. At most ${MAX_LABELS}; names have lower-case letters, digits and _. Evaluated as the title is. A value has at most ${MAX_LABEL_CHARACTERS} characters, otherwise the run is refused; null leaves it out.`,
    }),
  ),
  input: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      description: 'JSON Schema (2020-12) for the input of runs.',
    }),
  ),
  timeout: Type.Optional(Duration('Time limit of the whole run. Default: none.')),
  output: Type.Optional(
    Type.Unknown({ description: 'Output of the run. Strings may contain expressions.' }),
  ),
};

const stepsFrame = {
  type: 'object',
  description: 'Steps by their id.',
  minProperties: 1,
  maxProperties: MAX_STEPS,
};

/** A workflow without the schemas of its steps. */
export const WorkflowFrameSchema = Type.Object(
  { ...frameFields, steps: Type.Unsafe(stepsFrame) },
  { additionalProperties: false },
);

/** One step. */
export const StepSchema = { $ref: '#/$defs/Step', $defs: { Step, ItemStep } };

/** The published schema. `generate.ts` writes it to workflow.schema.json. */
export const WorkflowSchema = Type.Unsafe<WorkflowDefinition>({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: WORKFLOW_SCHEMA_ID,
  title: 'AIO workflow',
  description: 'A directed acyclic graph of steps. Strings may contain ${{ CEL }} expressions.',
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

/** The evaluated `with` of a kind, as its executor receives it. */
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

/** Whether the step is a map. */
export function isMapStep(step: StepDefinition): step is MapStepDefinition {
  return expandsItems(step.type);
}

export interface WorkflowDefinition {
  name: string;
  description?: string;
  /** Template of the title of runs. */
  title?: string;
  /** Templates of the labels of runs, by name. */
  labels?: Record<string, string>;
  /** JSON Schema of the input. */
  input?: Record<string, unknown>;
  timeout?: string;
  steps: Record<string, StepDefinition>;
  output?: unknown;
}
