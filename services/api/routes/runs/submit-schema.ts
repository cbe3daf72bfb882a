import { Type } from 'typebox';
import { Id, OneOf, StepId, WorkflowName } from '../../http/common-schema.ts';

export const SubmitParams = Type.Object({ name: WorkflowName });

const IdempotencyKey = Type.String({
  pattern: '^[\\x21-\\x7e]{1,255}$',
  description: 'For 24 hours the same key with the same submission stands for the same run.',
});
const Input = Type.Unknown({ description: "Checked against the workflow's `input`." });
const Version = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'The latest by default.',
});

export const SubmitHeaders = Type.Object({ 'idempotency-key': Type.Optional(IdempotencyKey) });

export const SubmitBody = Type.Object(
  { input: Type.Optional(Input), version: Type.Optional(Version) },
  { additionalProperties: false, title: 'Submission' },
);

export const TryBody = Type.Object(
  {
    source: Type.String({ description: 'The definition as text.' }),
    mediaType: Type.Optional(OneOf(['application/yaml', 'application/json'])),
    input: Type.Optional(Input),
  },
  { additionalProperties: false, title: 'Trial' },
);

export const MAX_BATCH_RUNS = 500;

export const SubmitBatchBody = Type.Object(
  {
    version: Type.Optional(Version),
    runs: Type.Array(
      Type.Object(
        { input: Type.Optional(Input), idempotencyKey: Type.Optional(IdempotencyKey) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MAX_BATCH_RUNS },
    ),
  },
  { additionalProperties: false, title: 'BatchSubmission' },
);

export const AcceptedBatch = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          id: Id,
          replayed: Type.Boolean({ description: 'true = the key stood for this run already.' }),
        },
        { additionalProperties: false },
      ),
      { description: 'In the order of `runs`; each run is at `/api/v1/runs/{id}`.' },
    ),
  },
  { title: 'AcceptedBatch', additionalProperties: false },
);

export const ReplayBody = Type.Object(
  {
    input: Type.Optional(
      Type.Unknown({ description: "Instead of the run's own; checked against its version." }),
    ),
    from: Type.Optional({
      ...StepId,
      description:
        'The step that is executed again, with all that follows from it. Results of all other steps hold. Absent = from the start.',
    }),
    output: Type.Optional(
      Type.Unknown({
        description: 'Of `from`, which is then not executed: it counts as succeeded.',
      }),
    ),
  },
  { additionalProperties: false, title: 'Replay' },
);
