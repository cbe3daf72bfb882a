import {
  otherDatabase,
  platformVariables,
  publicUrl,
  redisCacheUrl,
} from '@aio/platform/settings/config';
import { readEnvironment, type Environment, type Values } from '@aio/platform/settings/environment';
import { secretsVariables } from '@aio/platform/secrets/keys';
import { profilingToken, telemetryVariables } from '@aio/platform/settings/telemetry-variables';
import { choice, flag, integer, port, text, url } from '@aio/platform/settings/variables';
import { DEVELOPMENT_QUOTAS, PRODUCTION_QUOTAS, type Quotas } from './limits/quota.ts';
import { proxies, rateLimits } from './limits/variables.ts';

const DEVELOPMENT_SECRET = 'aio_api_secret';

const apiVariables = {
  ...platformVariables,
  ...telemetryVariables,
  ...secretsVariables,
  redisCacheUrl,
  profilingToken,
  /** Read replica for lists, search and figures. Empty = the primary. */
  databaseReadUrl: otherDatabase('DATABASE_READ_URL'),
  /** Maximum age of the replica's data. */
  databaseReadStalenessMs: integer('DATABASE_READ_STALENESS_MS', {
    min: 1_000,
    max: 600_000,
    fallback: 5_000,
  }),
  host: text('AIO_HOST', { fallback: '127.0.0.1' }),
  port: port('PORT', { fallback: 8080 }),
  metricsPort: port('METRICS_PORT', { fallback: 9464 }),
  /** After SIGTERM, the API answers for this time while `/ready` is 503, so that its proxy notices. */
  shutdownDelayMs: integer('SHUTDOWN_DELAY_MS', { min: 0, max: 10_000, fallback: 0 }),
  /** Origin of Keycloak, or of the development provider, for browsers. Tokens name it as issuer. */
  keycloakUrl: url('KEYCLOAK_URL', {
    protocols: ['http', 'https'],
    fallback: 'http://localhost:8180',
    refuseInProduction: (given, env) =>
      given.startsWith('https://') || env['AIO_OIDC_ISSUER']
        ? null
        : 'set it to the https:// address at which browsers reach the login service',
  }),
  /** Its origin for this process; empty = the same. */
  keycloakInternalUrl: url('KEYCLOAK_INTERNAL_URL', {
    protocols: ['http', 'https'],
    fallback: '',
  }),
  /** Issuer of tokens, as it spells itself. Empty = the realm `aio` of KEYCLOAK_URL. */
  oidcIssuer: url('AIO_OIDC_ISSUER', {
    protocols: ['http', 'https'],
    fallback: '',
    refuseInProduction: (given) =>
      given === '' || given.startsWith('https://') ? null : 'set it to an https:// address',
  }),
  /** The API's client there, and the audience of access tokens. */
  oidcClientId: text('AIO_OIDC_CLIENT_ID', { fallback: 'aio-api' }),
  /** Claim with the roles, or a path to it, e.g. `groups`. */
  oidcRolesClaim: text('AIO_OIDC_ROLES_CLAIM', { fallback: 'realm_access.roles' }),
  /** Claim with a user name that the issuer gives to nobody else; approvals may name it. Empty = they name the subject. */
  oidcUniqueNameClaim: text('AIO_OIDC_UNIQUE_NAME_CLAIM', { fallback: '' }),
  /** Begins the names of the cookies. */
  cookiePrefix: text('AIO_COOKIE_PREFIX', {
    fallback: 'aio_',
    pattern: /^[\w-]{1,32}$/,
    expected: 'up to 32 letters, digits, - or _',
  }),
  /** Secret of the client. */
  oidcClientSecret: text('AIO_OIDC_CLIENT_SECRET', {
    fallback: DEVELOPMENT_SECRET,
    secret: true,
    refuseInProduction: (given) =>
      given === DEVELOPMENT_SECRET || given.length < 8
        ? 'it is the default of development, or shorter than 8 characters; set the client secret of Keycloak'
        : null,
  }),
  publicUrl,
  /** Log one line per request, at info. */
  accessLogEnabled: flag('ACCESS_LOG_ENABLED', { fallback: true }),
  /** Override the quotas of the environment. */
  rateLimits: rateLimits('RATE_LIMITS'),
  /**
   * Event streams that a user or program may have open at one API. A visible page of the web UI has one or two, a program
   * may have one for each run that it follows.
   */
  eventStreamsPerPerson: integer('EVENT_STREAMS_PER_PERSON', {
    min: 1,
    max: 100_000,
    fallback: 100,
  }),
  /** Proxies whose `X-Forwarded-For` counts: the web UI's server, and proxies in front of it. */
  trustedProxies: proxies('AIO_TRUSTED_PROXIES', { fallback: '127.0.0.0/8,::1' }),
  /** Jaeger's query API, for the spans of runs. Empty = runs have no spans. */
  jaegerQueryUrl: url('JAEGER_QUERY_URL', { protocols: ['http', 'https'], fallback: '' }),
  /** Jaeger's UI; runs link there. Empty = no links. */
  jaegerUiUrl: url('JAEGER_UI_URL', { protocols: ['http', 'https'], fallback: '' }),
  /** Prometheus, for dashboards and alerts. The URL may contain user and password. Empty = none. */
  prometheusUrl: url('PROMETHEUS_URL', {
    protocols: ['http', 'https'],
    fallback: '',
    secret: true,
  }),
  /** Alertmanager, for silenced alerts. Empty = none. */
  alertmanagerUrl: url('ALERTMANAGER_URL', {
    protocols: ['http', 'https'],
    fallback: '',
    secret: true,
  }),
  /** The controller of game days, which breaks the system on purpose. Empty = none: no routes, no page. */
  gameDaysUrl: url('GAME_DAYS_URL', {
    protocols: ['http'],
    fallback: '',
    refuseInProduction: (given) =>
      given === '' ? null : 'game days break the running system on purpose; leave it empty',
  }),
  gameDaysToken: text('GAME_DAYS_TOKEN', { fallback: '', secret: true }),
  /** Who sees boards and alerts, which have the data of all owners: the role admin, or all members. */
  boardsFor: choice('BOARDS_FOR', ['admin', 'member'], { fallback: 'admin' }),
  /** Grafana with the same dashboards; panels link there. Empty = no links. */
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
    oidcIssuer: values.oidcIssuer || `${values.keycloakUrl.replace(/\/$/, '')}/realms/aio`,
    quotas: { ...quotas, ...values.rateLimits },
  };
}
