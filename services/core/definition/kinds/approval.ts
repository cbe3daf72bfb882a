import { Type } from 'typebox';
import { DEFAULT_LANE, defineKind } from './kind.ts';

/** Limits of the login service: a name may be an e-mail address. */
const MAX_USER_LENGTH = 320;
const MAX_ROLE_LENGTH = 255;

export const kind = defineKind({
  kind: 'approval',
  description:
    'Waits for the decision of a person. Uses no worker meanwhile. Output if approved: {decision, comment, by}. A rejection fails the step.',
  lane: DEFAULT_LANE,
  waitsFor: 'approval',
  expandsItems: false,
  withRequired: false,
  defaultTimeoutMs: null,
  with: Type.Object(
    {
      message: Type.Optional(
        Type.String({ description: 'The question to decide.', maxLength: 16_384 }),
      ),
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
              'Who may decide besides admins: {role} or {user}. Default: the owner of the run.',
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
});
