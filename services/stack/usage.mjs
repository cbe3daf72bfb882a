// What each script takes. Plain JavaScript, because it is shown before anything is installed.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export const USAGES = {
  start: `usage: npm start -- [options]
  --port-offset N   shift every port by N
  --workers N       worker processes (2)
  --apis N          API processes (1); more than one are behind a proxy
  --once            stop after the example run; exit 0 when it succeeded
  --no-web          without the web UI
  --keycloak        log in by the Keycloak of \`npm run servers -- keycloak\`, not the embedded provider`,
  test: `usage: npm test -- [part-of-a-path ...]
       npm run test:unit | test:services | test:e2e -- [part-of-a-path ...]
  npm test runs all checks and all test files; with parts of paths, the test files that match one.
  test:unit needs no server; test:services needs PostgreSQL, Redis and others, which it starts; test:e2e
  starts the shipped processes and a browser.
  AIO_TEST_DATABASE=pgbouncer or replica: the way in which API and workers reach their database`,
  matrix: `usage: npm run test:matrix -- [--only a,b] [--list] [part-of-a-path ...]
  the core suite on each setting that the product grows by: APIs behind the proxy, PgBouncer, a read replica, Redis for
  the cache, Redis Cluster. The last lines are a table with counts and times; with parts of paths, those test files`,
  check: `usage: npm run check
  format, lint with the import rules, retired words, types, dead code, generated files in step`,
  audit: `usage: npm run audit
  package-lock.json: checksums, install scripts, exact versions; then asks npm's registry for known
  vulnerabilities. Exit code 1: there are some; 69: the registry did not answer, so nobody knows`,
  generate: `usage: npm run generate -- [--check]
  writes the generated files; --check compares them and writes nothing`,
  migrate: `usage: npm run migrate
  brings the database of DATABASE_DIRECT_URL, or else DATABASE_URL, up to date`,
  secrets: `usage: npm run secrets -- key | status | rotate | forget <key id>
  keys of the secrets in the same database: make one, list those in use, encrypt every
  secret under the first of AIO_SECRETS_KEY, delete what is encrypted under a key that is lost`,
  servers: `usage: npm run servers -- jaeger|prometheus|loki|compose|versitygw|kubectl|kube-apiserver|etcd|keycloak ...
  gets them into the data folder, once; npm start, the tests and compose:verify use them from then on.
  Jaeger, Prometheus, Loki and Docker Compose are built from their Go modules: the APIs of the first two are
  whole, their pages are not in the modules. Keycloak comes by Maven and wants Java 17 or later`,
  bench: `usage: npm run bench -- [part ...] [options]`,
  drill: `usage: npm run drill -- [name] [options]`,
  load: `usage: npm run load -- <scenario> [options]`,
  compose: `usage: npm run compose:verify [-- options]`,
  kubernetes: `usage: npm run kubernetes:verify [-- options]`,
  observe: `usage: npm run observe:verify | observe:board | observe:report | observe:trace | observe:logs | observe:profile -- [options]`,
};

/** Where the scripts of a name are. */
const FOLDERS = {
  bench: ['loadtest/bench'],
  drill: ['loadtest/drills'],
  load: ['loadtest/load', 'loadtest/scenarios'],
  compose: ['services/compose/commands'],
  kubernetes: ['deploy/kubernetes/commands'],
  observe: ['observability/verify/commands'],
};

/**
 * The text for `--help` or `-h` among the arguments; undefined = nobody asks. Of a bench, a drill or
 * an observation the comment at the top of its file, which names its options.
 *
 * @param {keyof typeof USAGES} verb
 * @param {readonly string[]} args
 * @param {string} root
 * @returns {string | undefined}
 */
export function findHelp(verb, args, root) {
  if (!args.some((arg) => arg === '--help' || arg === '-h')) return undefined;
  if (!(verb in FOLDERS)) return USAGES[verb];
  const files = FOLDERS[verb].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(root, folder, file)),
  );
  const asked = files.filter((file) => basename(file, '.ts') === args[0]);
  const comments = (asked.length > 0 ? asked : files).map(readComment);
  return [USAGES[verb], ...comments.filter((comment) => comment !== '')].join('\n\n');
}

/** The first comment of a file, as its words. */
function readComment(file) {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8')) ?? [];
  return comment.replace(/^\s*\* ?/gm, '').trim();
}
