import { otherDatabase, platformVariables, publicUrl, redisCacheUrl } from '@aio/platform/config';
import { readEnvironment, type Environment, type Values } from '@aio/platform/environment';
import { outputVariables } from '@aio/platform/outputs/output-variables';
import { secretsVariables } from '@aio/platform/secrets/keys';
import { profilingToken, telemetryVariables } from '@aio/platform/telemetry-variables';
import { flag, integer, port, text, url } from '@aio/platform/variables';
import { DEVELOPMENT_QUOTAS, PRODUCTION_QUOTAS, type Quotas } from './limits/quota.ts';
import { proxies, rateLimits } from './limits/variables.ts';

const DEVELOPMENT_SECRET = 'aio_api_secret';

const apiVariables = {
  ...platformVariables,
  ...telemetryVariables,
  ...secretsVariables,
  ...outputVariables,
  redisCacheUrl,
  profilingToken,
  /** A streaming replica, for lists, searches and figures. Empty = they are read from the primary. */
  databaseReadUrl: otherDatabase('DATABASE_READ_URL'),
  /** What is read there is never older than this. */
  databaseReadStalenessMs: integer('DATABASE_READ_STALENESS_MS', {
    min: 1_000,
    max: 600_000,
    fallback: 5_000,
  }),
  host: text('AIO_HOST', { fallback: '127.0.0.1' }),
  port: port('PORT', { fallback: 8080 }),
  metricsPort: port('METRICS_PORT', { fallback: 9464 }),
  /** How long the API goes on after SIGTERM as one that is not ready: until its proxy sends nobody any more. */
  shutdownDelayMs: integer('SHUTDOWN_DELAY_MS', { min: 0, max: 10_000, fallback: 0 }),
  /** Origin of Keycloak, or of the embedded provider, as browsers reach it; tokens name it. */
  keycloakUrl: url('KEYCLOAK_URL', {
    protocols: ['http', 'https'],
    fallback: 'http://localhost:8180',
    refuseInProduction: (given) =>
      given.startsWith('https://')
        ? null
        : 'name the https:// address at which browsers reach the login service',
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
  publicUrl,
  /** A log line for each request, at info. */
  accessLogEnabled: flag('ACCESS_LOG_ENABLED', { fallback: true }),
  /** Quotas that differ from those of the environment. */
  rateLimits: rateLimits('RATE_LIMITS'),
  /** Proxies whose `X-Forwarded-For` is believed: the web UI's server, and what is before it. */
  trustedProxies: proxies('AIO_TRUSTED_PROXIES', { fallback: '127.0.0.0/8,::1' }),
  /** Jaeger's query API, from which the API reads the spans of runs. Empty = runs are shown without. */
  jaegerQueryUrl: url('JAEGER_QUERY_URL', { protocols: ['http', 'https'], fallback: '' }),
  /** Where people look at traces; runs link there. Empty = nobody said, so nothing is linked. */
  jaegerUiUrl: url('JAEGER_UI_URL', { protocols: ['http', 'https'], fallback: '' }),
  /** The Prometheus that boards and alerts have their data from; it may have user and password. Empty = there is none. */
  prometheusUrl: url('PROMETHEUS_URL', {
    protocols: ['http', 'https'],
    fallback: '',
    secret: true,
  }),
  /** The Loki that the board of logs has its data from; it may have user and password. Empty = there is none. */
  lokiUrl: url('LOKI_URL', { protocols: ['http', 'https'], fallback: '', secret: true }),
  /** Says which alerts are silenced; empty = there is none. */
  alertmanagerUrl: url('ALERTMANAGER_URL', {
    protocols: ['http', 'https'],
    fallback: '',
    secret: true,
  }),
  /** A file that whoever dumps the database touches when that has succeeded; empty = dumps are not told of. */
  backupStampFile: text('BACKUP_STAMP_FILE', { fallback: '' }),
  /** Where people find the same boards in Grafana; empty = nowhere. */
  grafanaUiUrl: url('GRAFANA_UI_URL', { protocols: ['http', 'https'], fallback: '' }),
};

export interface ApiConfig extends Values<typeof apiVariables> {
  quotas: Quotas;
}

/** @throws EnvironmentError naming every variable that is missing or wrong */
export function readApiConfig(env: Environment): ApiConfig {
  const values = readEnvironment(apiVariables, env);
  const quotas = values.environment === 'production' ? PRODUCTION_QUOTAS : DEVELOPMENT_QUOTAS;
  return {
    ...values,
    redisCacheUrl: values.redisCacheUrl || values.redisUrl,
    quotas: { ...quotas, ...values.rateLimits },
  };
}
