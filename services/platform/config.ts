/** What every process of AIO is told by its environment; api and worker add their own variables. */

import { type Environment, readEnvironment, type Values } from './environment.ts';
import { choice, text, url } from './variables.ts';

const DEVELOPMENT_PASSWORD = 'aio_password';

/** Spread into a schema of one's own: `readEnvironment({ ...platformVariables, … }, env)`. */
export const platformVariables = {
  environment: choice('NODE_ENV', ['development', 'test', 'production'], {
    fallback: 'development',
  }),
  databaseUrl: url('DATABASE_URL', {
    protocols: ['postgresql', 'postgres'],
    fallback: `postgresql://aio:${DEVELOPMENT_PASSWORD}@localhost:5432/aio`,
    secret: true,
    refuseInProduction: (given) =>
      new URL(given).password === DEVELOPMENT_PASSWORD
        ? 'the password of development is not for production'
        : null,
  }),
  redisUrl: url('REDIS_URL', {
    protocols: ['redis', 'rediss'],
    fallback: 'redis://localhost:6379',
    secret: true,
  }),
  /** In front of every key and channel in Redis. */
  prefix: text('AIO_PREFIX', {
    pattern: /^[a-z0-9][a-z0-9-]{0,31}$/,
    expected: '1 to 32 of a-z, 0-9 and dash',
    fallback: 'aio',
  }),
  logLevel: choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    fallback: 'info',
  }),
};

/** Where browsers reach the product, for the processes that have to do with browsers. */
export const publicUrl = url('AIO_PUBLIC_URL', {
  protocols: ['http', 'https'],
  fallback: 'http://localhost:3000',
  refuseInProduction: (given) =>
    given.startsWith('https://') ? null : 'name the https:// address at which browsers reach AIO',
});

export type PlatformConfig = Values<typeof platformVariables>;

/** @throws EnvironmentError naming every variable that is missing or wrong */
export function readPlatformConfig(env: Environment): PlatformConfig {
  return readEnvironment(platformVariables, env);
}

/** Passwords of a process's own, for whoever keeps them out of logs. */
export function passwordsOf(config: Pick<PlatformConfig, 'databaseUrl' | 'redisUrl'>): string[] {
  return [config.databaseUrl, config.redisUrl].map((given) => passwordOf(new URL(given)));
}

/** What was not encoded by the rules stays as it is. */
function passwordOf({ password }: URL): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}
