/** A topology for the tests. */
export interface Setting {
  /** Its name for `--only`. */
  name: string;
  /** For people. */
  what: string;
  /** Environment of `npm test`. */
  env: Readonly<Record<string, string>>;
  /** Parts of paths of the tests to run. */
  paths: readonly string[];
}

/** Tests that start API and workers as processes. */
const SYSTEM = ['examples', 'dags', 'secrets', 'traces', 'waits'].map(
  (name) => `proof/test/${name}.test.ts`,
);
/** Also tests of the engine and the routes. */
const CORE = ['services/api/test/routes', 'services/worker/test', ...SYSTEM];

export const SETTINGS: readonly Setting[] = [
  { name: 'one', what: 'one of each', env: {}, paths: CORE },
  {
    name: 'apis',
    what: 'two APIs behind the proxy',
    env: { AIO_TEST_APIS: '2' },
    paths: [...SYSTEM, 'proof/test/replicas.test.ts'],
  },
  {
    name: 'pgbouncer',
    what: 'DATABASE_URL through PgBouncer in transaction mode',
    env: { AIO_TEST_DATABASE: 'pgbouncer' },
    paths: [...CORE, 'proof/test/pgbouncer.test.ts'],
  },
  {
    name: 'replica',
    what: 'DATABASE_READ_URL of a streaming replica',
    env: { AIO_TEST_DATABASE: 'replica' },
    paths: [...CORE, 'services/api/test/read-replica.test.ts'],
  },
  {
    name: 'redis-cache',
    what: 'REDIS_CACHE_URL of a second Redis',
    env: { TEST_REDIS: 'two' },
    paths: [...CORE, 'services/api/test/redis-stopped.test.ts'],
  },
  {
    name: 'redis-cluster',
    what: 'REDIS_URL of a Redis Cluster of six nodes',
    env: { TEST_REDIS: 'cluster' },
    paths: [...CORE, 'services/api/test/redis-cluster.test.ts'],
  },
];
