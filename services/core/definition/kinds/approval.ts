import { Type } from 'typebox';
import { DEFAULT_LANE, defineKind } from './kind.ts';

/** As the login service bounds them: a name may be an e-mail address. */
const MAX_USER_LENGTH = 320;
const MAX_ROLE_LENGTH = 255;

export const kind = defineKind({
  kind: 'approval',
  description:
    'Waits for a person. Output when approved: {decision, comment, by}; a rejection fails the step.',
  lane: DEFAULT_LANE,
  slots: null,
  waitsFor: 'approval',
  expandsItems: false,
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
            role: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_ROLE_LENGTH })),
            user: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_USER_LENGTH })),
          },
          {
            additionalProperties: false,
            minProperties: 1,
            maxProperties: 1,
            description:
              'Who may decide: {role} or {user}. Default: everybody who may see the run.',
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
});
