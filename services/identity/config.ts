import { type Environment, readEnvironment, type Values } from '@aio/platform/settings/environment';
import { choice, define, port, text, url } from '@aio/platform/settings/variables';

const identityVariables = {
  environment: choice('NODE_ENV', ['development', 'test', 'production'], {
    fallback: 'development',
    refuseInProduction: () =>
      'the embedded OpenID provider is for development; run Keycloak and set KEYCLOAK_URL to its address',
  }),
  host: text('AIO_HOST', { fallback: '127.0.0.1' }),
  port: port('PORT', { fallback: 8180 }),
  /** Of two links that log in once: the admin, then the builder. Empty = there are none. */
  loginTokens: define<readonly string[]>(
    'IDENTITY_LOGIN_TOKENS',
    'two texts of at least 32 random letters and digits, separated by a comma',
    {
      fallback: [],
      secret: true,
      refuseInProduction: ({ length }) =>
        length === 0 ? null : 'they log people in without a password; remove them',
    },
    (given) => (/^[\w-]{32,},[\w-]{32,}$/.test(given) ? given.split(',') : undefined),
  ),
  /** This server's origin for browsers; empty = localhost and the port. */
  publicUrl: url('IDENTITY_PUBLIC_URL', { protocols: ['http', 'https'], fallback: '' }),
};

/** @throws EnvironmentError naming every variable that is wrong */
export function readIdentityConfig(env: Environment): Values<typeof identityVariables> {
  return readEnvironment(identityVariables, env);
}
