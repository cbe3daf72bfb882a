import { platformVariables, publicUrl } from '@aio/platform/config';
import { readEnvironment, type Environment, type Values } from '@aio/platform/environment';
import { secretsVariables } from '@aio/platform/secrets/keys';
import { telemetryVariables } from '@aio/platform/telemetry-variables';
import { DEVELOPMENT_QUOTAS, PRODUCTION_QUOTAS, type Quotas } from './limits/quota.ts';
import { proxies, rateLimits } from './limits/variables.ts';
import { choice, port, url } from '@aio/platform/variables';

const apiVariables = {
  ...platformVariables,
  ...telemetryVariables,
  ...secretsVariables,
  /** Nobody logs in yet: whoever reaches the port may do everything, so only this machine may. */
  host: choice('AIO_HOST', ['127.0.0.1', 'localhost', '::1'], { fallback: '127.0.0.1' }),
  publicUrl,
  port: port('PORT', { fallback: 8080 }),
  metricsPort: port('METRICS_PORT', { fallback: 9464 }),
  /** Quotas that differ from those of the environment. */
  rateLimits: rateLimits('RATE_LIMITS'),
  /** Proxies whose `X-Forwarded-For` is believed: the web UI's server, and what is before it. */
  trustedProxies: proxies('AIO_TRUSTED_PROXIES', { fallback: '127.0.0.0/8,::1' }),
  /** Where people look at traces; runs link there. Empty = nobody said, so nothing is linked. */
  jaegerUiUrl: url('JAEGER_UI_URL', { protocols: ['http', 'https'], fallback: '' }),
};

export interface ApiConfig extends Values<typeof apiVariables> {
  quotas: Quotas;
}

/** @throws EnvironmentError naming every variable that is missing or wrong */
export function readApiConfig(env: Environment): ApiConfig {
  const values = readEnvironment(apiVariables, env);
  const quotas = values.environment === 'production' ? PRODUCTION_QUOTAS : DEVELOPMENT_QUOTAS;
  return { ...values, quotas: { ...quotas, ...values.rateLimits } };
}
