import { platformVariables, publicUrl } from '@aio/platform/config';
import { readEnvironment, type Environment, type Values } from '@aio/platform/environment';
import { telemetryVariables } from '@aio/platform/telemetry-variables';
import { choice, port, url } from '@aio/platform/variables';

const apiVariables = {
  ...platformVariables,
  ...telemetryVariables,
  /** Nobody logs in yet: whoever reaches the port may do everything, so only this machine may. */
  host: choice('AIO_HOST', ['127.0.0.1', 'localhost', '::1'], { fallback: '127.0.0.1' }),
  publicUrl,
  port: port('PORT', { fallback: 8080 }),
  metricsPort: port('METRICS_PORT', { fallback: 9464 }),
  /** Where people look at traces; runs link there. Empty = nobody said, so nothing is linked. */
  jaegerUiUrl: url('JAEGER_UI_URL', { protocols: ['http', 'https'], fallback: '' }),
};

export type ApiConfig = Values<typeof apiVariables>;

/** @throws EnvironmentError naming every variable that is missing or wrong */
export function readApiConfig(env: Environment): ApiConfig {
  return readEnvironment(apiVariables, env);
}
