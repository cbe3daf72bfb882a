/** Servers for tests. `npm test` starts them and sets the variables. */

export const TEST_DATABASE_URL =
  process.env.TEST_DATABASE_URL || 'postgresql://aio:aio_password@127.0.0.1:5432/postgres';

export const TEST_REDIS_URL = process.env.TEST_REDIS_URL || 'redis://127.0.0.1:6379';

/** The error of a test whose server is missing. */
export function missingServer(name: string, variable: string, url: string, cause: unknown): Error {
  const place = URL.parse(url)?.host ?? 'a URL that does not parse';
  return new Error(
    `This test needs ${name} and found none at ${place}: run "npm test", or set ${variable}.`,
    { cause },
  );
}
