import { Type } from 'typebox';
import { Nullable, OneOf, Time } from '../../http/common-schema.ts';

export const CookieHeader = Type.Object({ cookie: Type.Optional(Type.String()) });

export const LoginQuery = Type.Object(
  {
    returnTo: Type.Optional(
      Type.String({
        pattern: '^/([!-.0-\\[\\]-~][!-~]*)?$',
        maxLength: 1000,
        description: 'Path of the page after the login. Default: the start page.',
      }),
    ),
  },
  { additionalProperties: false },
);

const Parameter = Type.Optional(Type.String({ maxLength: 2000 }));

/** Parameters that a login service adds to the callback. */
export const CallbackQuery = Type.Object(
  {
    code: Parameter,
    state: Parameter,
    iss: Parameter,
    session_state: Parameter,
    error: Parameter,
    error_description: Parameter,
    error_uri: Parameter,
  },
  { additionalProperties: false },
);

export const MeSchema = Type.Object(
  {
    subject: Type.String({ description: 'Never changes, even if the name does.' }),
    name: Type.String(),
    displayName: Type.String(),
    roles: Type.Array(Type.String()),
    via: OneOf(['bearer', 'session']),
    expiresAt: Time,
    gameDays: Type.Boolean({ description: 'Whether this AIO has game days.' }),
    boards: Type.Boolean({ description: 'Whether you may see boards and alerts.' }),
  },
  { title: 'Me', additionalProperties: false },
);

export const LoggedOutSchema = Type.Object(
  {
    logoutUrl: Nullable(
      Type.String({
        description: 'Open it in the browser to log out of the login service too.',
      }),
    ),
  },
  { title: 'LoggedOut', additionalProperties: false },
);
