import { platformVariables } from '@aio/platform/config';
import { readEnvironment, type Environment, type Values } from '@aio/platform/environment';
import { telemetryVariables } from '@aio/platform/telemetry-variables';
import { port, text, url } from '@aio/platform/variables';

const DEVELOPMENT_SECRET = 'aio_api_secret';

const apiVariables = {
  ...platformVariables,
  ...telemetryVariables,
  host: text('AIO_HOST', { fallback: '127.0.0.1' }),
  port: port('PORT', { fallback: 8080 }),
  metricsPort: port('METRICS_PORT', { fallback: 9464 }),
  /** Origin of Keycloak, or of the embedded provider, as browsers reach it; tokens name it. */
  keycloakUrl: url('KEYCLOAK_URL', {
    protocols: ['http', 'https'],
    fallback: 'http://localhost:8180',
  }),
  /** Its origin as this process reaches it; empty = the same. */
  keycloakInternalUrl: url('KEYCLOAK_INTERNAL_URL', {
    protocols: ['http', 'https'],
    fallback: '',
  }),
  /** Secret of the client `aio-api` there. */
  oidcClientSecret: text('AIO_OIDC_CLIENT_SECRET', {
    fallback: DEVELOPMENT_SECRET,
    secret: true,
    refuseInProduction: (given) =>
      given === DEVELOPMENT_SECRET ? 'the secret of development is not for production' : null,
  }),
  /** Origin at which browsers find AIO: that of the web UI, which passes on what is the API's. */
  publicUrl: url('AIO_PUBLIC_URL', {
    protocols: ['http', 'https'],
    fallback: 'http://localhost:3000',
  }),
  /** Where people look at traces; runs link there. Empty = nobody said, so nothing is linked. */
  jaegerUiUrl: url('JAEGER_UI_URL', { protocols: ['http', 'https'], fallback: '' }),
};

export type ApiConfig = Values<typeof apiVariables>;

/** @throws EnvironmentError naming every variable that is missing or wrong */
export function readApiConfig(env: Environment): ApiConfig {
  return readEnvironment(apiVariables, env);
}
