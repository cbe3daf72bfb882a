import { Type } from 'typebox';
import { StepId, WorkflowName } from '../../http/common-schema.ts';

export const SubmitParams = Type.Object({ name: WorkflowName });

const IdempotencyKey = Type.String({
  pattern: '^[\\x21-\\x7e]{1,255}$',
  description: 'For 24 hours, requests with the same key and submission return the same run.',
});
const Input = Type.Unknown({ description: 'Must match the `input` schema of the workflow.' });
const Version = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'Default: the published version.',
});

export const SubmitHeaders = Type.Object({ 'idempotency-key': Type.Optional(IdempotencyKey) });

export const SubmitBody = Type.Object(
  { input: Type.Optional(Input), version: Type.Optional(Version) },
  { additionalProperties: false, title: 'Submission' },
);

export const ReplayBody = Type.Object(
  {
    input: Type.Optional(
      Type.Unknown({
        description: "Replaces the run's input. It must match the schema of the run's version.",
      }),
    ),
    from: Type.Optional({
      ...StepId,
      description:
        'The step to run again, with all steps that depend on it. The other steps keep their results. Absent = all steps.',
    }),
    output: Type.Optional(
      Type.Unknown({
        description: 'Output for `from`, which then succeeds without being executed.',
      }),
    ),
  },
  { additionalProperties: false, title: 'Replay' },
);
