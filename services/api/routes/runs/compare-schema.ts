import { Type } from 'typebox';
import { RUN_STATUSES, STEP_STATUSES } from '@aio/core/run/states';
import { AnyJson, Id, Milliseconds, Nullable, OneOf, StepId } from '../../http/common-schema.ts';
import { RunSummarySchema, StepSchema } from './schema.ts';

export const CompareQuery = Type.Object(
  {
    a: { ...Id, description: 'A run.' },
    b: { ...Id, description: 'Another one, or the same.' },
  },
  { additionalProperties: false },
);

/** Outputs and inputs above this many characters of JSON are compared, and not shown. */
export const SHOWN_CHARACTERS = 65_536;

const SIDE = {
  attempts: Type.Integer(),
  queueMs: { ...Nullable(Milliseconds), description: 'Of all attempts together.' },
  executionMs: { ...Nullable(Milliseconds), description: 'Of all attempts together.' },
  inputTokens: Type.Integer(),
  outputTokens: Type.Integer(),
  costUsd: Type.Number(),
};

const Shown = Type.Optional({
  ...AnyJson,
  description: `Absent = there is none, or it is longer than ${SHOWN_CHARACTERS} characters.`,
});

const StepSideSchema = Type.Object(
  {
    kind: Type.String(),
    status: OneOf(STEP_STATUSES),
    resolution: StepSchema.properties.resolution,
    ...SIDE,
    output: Shown,
  },
  { title: 'ComparedSide', additionalProperties: false },
);

const ComparedStepSchema = Type.Object(
  {
    step: StepId,
    a: Nullable(StepSideSchema),
    b: Nullable(StepSideSchema),
    outputsEqual: Nullable(
      Type.Boolean({ description: 'null = an output was left out: the runs have too many.' }),
    ),
  },
  {
    title: 'ComparedStep',
    additionalProperties: false,
    description: 'null = the definition of that run does not have the step.',
  },
);

const RunSideSchema = Type.Object(
  {
    run: RunSummarySchema,
    status: OneOf(RUN_STATUSES),
    durationMs: Nullable(Milliseconds),
    ...SIDE,
    input: Shown,
    output: Shown,
  },
  { title: 'ComparedRun', additionalProperties: false },
);

export const ComparisonSchema = Type.Object(
  {
    a: RunSideSchema,
    b: RunSideSchema,
    definitionsEqual: Type.Boolean({
      description: 'They are of the same version, or say the same.',
    }),
    inputsEqual: Type.Boolean(),
    outputsEqual: Type.Boolean(),
    steps: Type.Array(ComparedStepSchema, {
      description: 'In the order of the definition of `a`, then those that only `b` has.',
    }),
  },
  { title: 'Comparison', additionalProperties: false },
);
