import { Type } from 'typebox';
import { DEFAULT_LANE, defineKind } from './kind.ts';

export const approval = defineKind({
  kind: 'approval',
  description:
    'Waits for a person. Output when approved: {decision, comment, by}; a rejection fails the step.',
  lane: DEFAULT_LANE,
  withRequired: false,
  defaultTimeoutMs: null,
  secretFields: [],
  literalFields: [],
  with: Type.Object(
    {
      message: Type.Optional(Type.String({ description: 'What is asked.', maxLength: 16_384 })),
      approver: Type.Optional(
        Type.Object(
          {
            role: Type.Optional(Type.String({ minLength: 1 })),
            user: Type.Optional(Type.String({ minLength: 1 })),
          },
          {
            additionalProperties: false,
            minProperties: 1,
            maxProperties: 1,
            description: 'Who may decide: {role} or {user}. Default: whoever may see the run.',
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
});
