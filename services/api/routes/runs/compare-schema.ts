import { Type } from 'typebox';
import { ALL_SHOWN_BYTES, SHOWN_BYTES } from '@aio/platform/queries/runs/compare-values';
import { RUN_STATUSES, STEP_STATUSES } from '@aio/core/run/states';
import { AnyJson, Id, Milliseconds, Nullable, OneOf, StepId } from '../../http/common-schema.ts';
import { RUN_USAGE, RunSummarySchema, StepSchema, USAGE_WITH_CHILDREN } from './schema.ts';

export const CompareQuery = Type.Object(
  {
    a: { ...Id, description: 'Id of the first run.' },
    b: { ...Id, description: 'Id of the second run.' },
  },
  { additionalProperties: false },
);

const SIDE = {
  attempts: Type.Integer(),
  queueMs: { ...Nullable(Milliseconds), description: 'Sum over all attempts.' },
  executionMs: { ...Nullable(Milliseconds), description: 'Sum over all attempts.' },
};

const Shown = Type.Optional({
  ...AnyJson,
  description: `Absent = none, longer than ${SHOWN_BYTES} bytes, or beyond the first ${ALL_SHOWN_BYTES} bytes of all inputs and outputs, of which those that differ come first.`,
});

const StepSideSchema = Type.Object(
  {
    kind: Type.String(),
    status: OneOf(STEP_STATUSES),
    resolution: StepSchema.properties.resolution,
    skippedBecause: StepSchema.properties.skippedBecause,
    durationMs: StepSchema.properties.durationMs,
    ...SIDE,
    ...RUN_USAGE,
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
      Type.Boolean({
        description:
          'null = unknown: only one of them is in the output store, a map is too long, or the runs have too many outputs that differ.',
      }),
    ),
  },
  {
    title: 'ComparedStep',
    additionalProperties: false,
    description: '`a` or `b` null = the definition of that run lacks the step.',
  },
);

const RunSideSchema = Type.Object(
  {
    run: RunSummarySchema,
    status: OneOf(RUN_STATUSES),
    durationMs: Nullable(Milliseconds),
    ...SIDE,
    ...USAGE_WITH_CHILDREN,
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
      description: 'Whether the runs have the same version, or equal definitions.',
    }),
    inputsEqual: Type.Boolean(),
    outputsEqual: Type.Boolean(),
    steps: Type.Array(ComparedStepSchema, {
      description: 'In the order of the definition of `a`, then the steps that only `b` has.',
    }),
  },
  { title: 'Comparison', additionalProperties: false },
);
