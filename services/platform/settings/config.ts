/** Environment variables of every process; api and worker add their own. */

import type { Environment, Values, Variable } from './environment.ts';
import { decode, isRedisUrl, parseRedisUrl } from '../redis/redis-url.ts';
import { POOLERS } from '../postgres/pooler.ts';
import { choice, define, text, url } from './variables.ts';

const DEVELOPMENT_PASSWORD = 'aio_password';
const KNOWN_PASSWORDS = [DEVELOPMENT_PASSWORD, 'aio', 'postgres', 'redis'];

/** Variables of a process that only uses the database. */
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
  /** PostgreSQL without a pooler, for migrations and dumps, which need sessions. Empty = DATABASE_URL. */
  databaseDirectUrl: otherDatabase('DATABASE_DIRECT_URL'),
  /** The pooler behind DATABASE_URL and DATABASE_READ_URL. */
  databasePooler: choice('DATABASE_POOLER', POOLERS, { fallback: 'none' }),
};

/** Another URL of the database; empty = none. */
export function otherDatabase(name: string): Variable<string> {
  return url(name, {
    protocols: ['postgresql', 'postgres'],
    fallback: '',
    secret: true,
    refuseInProduction: (given, env) => (given === '' ? null : refuseDatabase(given, env)),
  });
}

/** The URL for work that needs a session of PostgreSQL. */
export function directUrlOf(
  config: Pick<Values<typeof databaseVariables>, 'databaseUrl' | 'databaseDirectUrl'>,
): string {
  return config.databaseDirectUrl || config.databaseUrl;
}

/** Spread these into your schema: `readEnvironment({ ...platformVariables, … }, env)`. */
export const platformVariables = {
  ...databaseVariables,
  redisUrl: redisUrl('REDIS_URL', 'redis://localhost:6379'),
  /** Begins every key and channel in Redis. */
  prefix: text('AIO_PREFIX', {
    pattern: /^[a-z0-9][a-z0-9-]{0,31}$/,
    expected: '1 to 32 characters of a-z, 0-9 and dash, not a dash first',
    fallback: 'aio',
  }),
  logLevel: choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    fallback: 'info',
  }),
};

/**
 * Redis for sessions and rate limits; empty = `REDIS_URL`. It may evict: then users log in again, and processes
 * read cached values again.
 */
export const redisCacheUrl = redisUrl('REDIS_CACHE_URL', '');

function redisUrl(name: string, fallback: string) {
  const expected =
    'a URL that begins with redis:// or rediss://, or with redis+cluster:// or rediss+cluster:// and lists nodes separated by commas';
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

/** The address at which browsers reach AIO. */
export const publicUrl = url('AIO_PUBLIC_URL', {
  protocols: ['http', 'https'],
  fallback: 'http://localhost:3000',
  refuseInProduction: (given) =>
    given.startsWith('https://')
      ? null
      : 'set it to the https:// address at which browsers reach AIO',
});

export type PlatformConfig = Values<typeof platformVariables>;

/** All passwords in a process's URLs, to redact them in logs. */
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

/** Both clients also accept the password as a parameter of the URL. */
function passwordsIn({ password, searchParams }: URL): string[] {
  return [...searchParams.getAll('password'), decode(password)].filter((one) => one !== '');
}

/** Without a password in the URL, the client uses PGPASSWORD or a certificate. */
function refuseDatabase(given: string, { PGPASSWORD = '' }: Environment): string | null {
  const url = new URL(given);
  const inUrl = passwordsIn(url);
  if (url.searchParams.has('sslcert') && inUrl.length === 0) return null;
  return refusePasswords(inUrl.length > 0 ? inUrl : [PGPASSWORD]);
}

function refusePasswords(passwords: readonly string[]): string | null {
  if (passwords.some((one) => KNOWN_PASSWORDS.includes(one)))
    return 'production refuses a password that everyone knows; set your own';
  return passwords.some((one) => one !== '')
    ? null
    : 'production requires a password in it; add one';
}
