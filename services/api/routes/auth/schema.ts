import { Type } from 'typebox';
import { Nullable, OneOf, Time } from '../../http/common-schema.ts';

export const CookieHeader = Type.Object({ cookie: Type.Optional(Type.String()) });

export const LoginQuery = Type.Object(
  {
    returnTo: Type.Optional(
      Type.String({
        pattern: '^/([!-.0-\\[\\]-~][!-~]*)?$',
        maxLength: 1000,
        description: 'Path to come back to; the start page by default.',
      }),
    ),
  },
  { additionalProperties: false },
);

const Parameter = Type.Optional(Type.String({ maxLength: 2000 }));

/** What a login service adds to the address to which it sends a browser back. */
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
    subject: Type.String({ description: 'Stays the same whatever the name.' }),
    name: Type.String(),
    displayName: Type.String(),
    roles: Type.Array(Type.String()),
    via: OneOf(['bearer', 'session']),
    expiresAt: Time,
  },
  { title: 'Me', additionalProperties: false },
);

export const LoggedOutSchema = Type.Object(
  {
    logoutUrl: Nullable(
      Type.String({
        description: 'Where to send the browser to log out of the login service as well.',
      }),
    ),
  },
  { title: 'LoggedOut', additionalProperties: false },
);

export const LogoutTokenForm = Type.Object({ logout_token: Type.String() });
