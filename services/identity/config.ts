import { type Environment, readEnvironment, type Values } from '@aio/platform/settings/environment';
import { choice, port, text, url } from '@aio/platform/settings/variables';

const identityVariables = {
  environment: choice('NODE_ENV', ['development', 'test', 'production'], {
    fallback: 'development',
    refuseInProduction: () =>
      'the embedded OpenID provider is for development; run Keycloak and set KEYCLOAK_URL to its address',
  }),
  host: text('AIO_HOST', { fallback: '127.0.0.1' }),
  port: port('PORT', { fallback: 8180 }),
  /** Of a link that logs the builder in once; empty = there is none. */
  loginToken: text('IDENTITY_LOGIN_TOKEN', {
    pattern: /^[\w-]{32,}$/,
    expected: 'at least 32 random letters and digits',
    fallback: '',
    secret: true,
    refuseInProduction: (value) =>
      value === '' ? null : 'it logs a person in without a password; remove it',
  }),
  /** This server's origin for browsers; empty = localhost and the port. */
  publicUrl: url('IDENTITY_PUBLIC_URL', { protocols: ['http', 'https'], fallback: '' }),
};

/** @throws EnvironmentError naming every variable that is wrong */
export function readIdentityConfig(env: Environment): Values<typeof identityVariables> {
  return readEnvironment(identityVariables, env);
}
