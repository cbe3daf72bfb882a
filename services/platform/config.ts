/** What every process of AIO is told by its environment; api and worker add their own variables. */

import type { Environment, Values, Variable } from './environment.ts';
import { decode } from './decode.ts';
import { POOLERS } from './pooler.ts';
import { isRedisUrl, parseRedisUrl } from './redis-url.ts';
import { choice, define, text, url } from './variables.ts';

const DEVELOPMENT_PASSWORD = 'aio_password';

/** Those of a process that has to do with the database alone. */
export const databaseVariables = {
  environment: choice('NODE_ENV', ['development', 'test', 'production'], {
    fallback: 'development',
  }),
  databaseUrl: url('DATABASE_URL', {
    protocols: ['postgresql', 'postgres'],
    fallback: `postgresql://aio:${DEVELOPMENT_PASSWORD}@localhost:5432/aio`,
    secret: true,
    refuseInProduction: refuseDatabase,
  }),
  /** The way to PostgreSQL past a pooler, for what needs a session: migrations, dumps. Empty = DATABASE_URL. */
  databaseDirectUrl: otherDatabase('DATABASE_DIRECT_URL'),
  /** What DATABASE_URL and DATABASE_READ_URL lead to. */
  databasePooler: choice('DATABASE_POOLER', POOLERS, { fallback: 'none' }),
};

/** A database that is reached in another way than by DATABASE_URL; empty = there is no other way. */
export function otherDatabase(name: string): Variable<string> {
  return url(name, {
    protocols: ['postgresql', 'postgres'],
    fallback: '',
    secret: true,
    refuseInProduction: (given, env) => (given === '' ? null : refuseDatabase(given, env)),
  });
}

/** For what needs a session of PostgreSQL's own. */
export function directUrlOf(
  config: Pick<Values<typeof databaseVariables>, 'databaseUrl' | 'databaseDirectUrl'>,
): string {
  return config.databaseDirectUrl || config.databaseUrl;
}

/** Spread into a schema of one's own: `readEnvironment({ ...platformVariables, … }, env)`. */
export const platformVariables = {
  ...databaseVariables,
  redisUrl: redisUrl('REDIS_URL', 'redis://localhost:6379'),
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

/**
 * Sessions, rate limits and caches, for the processes that have them; empty = that of `REDIS_URL`. It may evict: people
 * log in again, and what was kept is read again.
 */
export const redisCacheUrl = redisUrl('REDIS_CACHE_URL', '');

function redisUrl(name: string, fallback: string) {
  const expected =
    'a URL that begins with redis:// or rediss://, or redis+cluster:// or rediss+cluster:// and nodes with commas between them';
  return define(
    name,
    expected,
    {
      fallback,
      secret: true,
      refuseInProduction: (given: string) =>
        given === '' ? null : refusePasswords(passwordsIn(parseRedisUrl(given))),
    },
    (given) => (isRedisUrl(given) ? given : undefined),
  );
}

/** Where browsers reach the product, for the processes that have to do with browsers. */
export const publicUrl = url('AIO_PUBLIC_URL', {
  protocols: ['http', 'https'],
  fallback: 'http://localhost:3000',
  refuseInProduction: (given) =>
    given.startsWith('https://') ? null : 'name the https:// address at which browsers reach AIO',
});

export type PlatformConfig = Values<typeof platformVariables>;

/** Passwords of a process's own, for whoever keeps them out of logs. */
export function passwordsOf(
  config: Pick<PlatformConfig, 'databaseUrl' | 'databaseDirectUrl' | 'redisUrl'> & {
    databaseReadUrl?: string;
    redisCacheUrl?: string;
  },
): string[] {
  const { databaseUrl, databaseDirectUrl, databaseReadUrl = '', redisUrl } = config;
  const databases = [databaseUrl, databaseDirectUrl, databaseReadUrl].filter((url) => url !== '');
  const redises = [redisUrl, config.redisCacheUrl ?? redisUrl];
  const urls = [...databases.map((given) => new URL(given)), ...redises.map(parseRedisUrl)];
  return [...new Set(urls.flatMap(passwordsIn))];
}

/** Both clients also take the password as a parameter of the URL. */
function passwordsIn({ password, searchParams }: URL): string[] {
  return [...searchParams.getAll('password'), decode(password)].filter((one) => one !== '');
}

/** The client takes PGPASSWORD where the URL has none, and a certificate instead of a password. */
function refuseDatabase(given: string, { PGPASSWORD = '' }: Environment): string | null {
  const url = new URL(given);
  const inUrl = passwordsIn(url);
  if (url.searchParams.has('sslcert') && inUrl.length === 0) return null;
  return refusePasswords(inUrl.length > 0 ? inUrl : [PGPASSWORD]);
}

function refusePasswords(passwords: readonly string[]): string | null {
  if (passwords.includes(DEVELOPMENT_PASSWORD))
    return 'the password of development is not for production';
  return passwords.some((one) => one !== '')
    ? null
    : 'there is no password in it; put your own there';
}
