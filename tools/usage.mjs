// The text of --help. Plain JavaScript, because bootstrap.mjs prints it before it installs anything.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FOLDERS, listScripts, SCRIPTS } from './find-script.mjs';

export const USAGES = {
  start: `usage: npm start -- [options]
  --port-offset N   shift every port by N, those of the settings, too
  --workers N       worker processes (2)
  --apis N          API processes (1); from 2 on, behind a proxy
  --once            stop after the example run; exit code 0 if it succeeded
  --no-web          do not build and start the web UI
  --env-file FILE   settings (.env): keys of models, ports, OTEL_, TELEMETRY_, METRICS_, LOG_; the shell wins`,
  test: `usage: npm test -- [part-of-a-path ...]
       npm run test:unit | test:services | test:e2e -- [part-of-a-path ...]
  npm test runs all checks and all test files; with parts of paths, the test files that match one.
  test:unit needs no server; test:services needs PostgreSQL, Redis and others, which it starts; test:e2e
  starts the shipped processes and a browser`,
  check: `usage: npm run check
  checks format, lint and import rules, types, dead code and generated files`,
  generate: `usage: npm run generate -- [--check]
  writes the generated files; with --check, only compares them`,
  migrate: `usage: npm run migrate
  migrates the database of DATABASE_DIRECT_URL, else of DATABASE_URL`,
  secrets: `usage: npm run secrets -- key | status | rotate | forget <key id>
  manages the keys of secrets in the same database: make a key, list the keys in use, encrypt every
  secret with the first key of AIO_SECRETS_KEY, delete the secrets of a key that you lost`,
  servers: `usage: npm run servers -- <name> ...
  jaeger prometheus k6 keycloak
  Builds or downloads them into the data folder, once; then npm start, the tests and the verify commands use them.
  Keycloak needs Maven and Java 17 or later, the others Go. The Go modules of Jaeger and Prometheus lack the UI`,
  bench: `usage: npm run bench -- [part ...] [options]`,
  'game-day': `usage: npm run game-day -- <fault> | all | --list`,
  pictures: `usage: npm run pictures -- [name ...]`,
  drill: `usage: npm run drill -- [name] [options]`,
  load: `usage: npm run load -- <scenario> [options]`,
  compose: `usage: npm run compose:verify [-- options]`,
  kubernetes: `usage: npm run kubernetes:verify [-- options]`,
  kit: `usage: npm run kit:copy | kit:pack | kit:example | kit:verify [-- options]`,
  observe: `usage: npm run observe:verify [-- options]`,
};

/** Files and folders of files whose first comments explain a verb. */
const EXPLAINED_IN = {
  'game-day': [SCRIPTS['game-day']],
  pictures: [SCRIPTS.pictures],
  drill: [FOLDERS.drill],
  compose: [FOLDERS.compose],
  kubernetes: [FOLDERS.kubernetes],
  kit: [FOLDERS.kit],
  observe: [FOLDERS.observe],
  bench: [SCRIPTS.bench],
  load: [SCRIPTS.load, 'loadtest/scenarios'],
};

/**
 * The text for `--help` or `-h` among the arguments; undefined = neither is there. For a verb of `EXPLAINED_IN`, it
 * includes the first comment of each file.
 *
 * @param {keyof typeof USAGES} verb
 * @param {readonly string[]} args
 * @param {string} root
 * @returns {string | undefined}
 */
export function findHelp(verb, args, root) {
  if (!args.some((arg) => arg === '--help' || arg === '-h')) return undefined;
  if (!(verb in EXPLAINED_IN)) return USAGES[verb];
  const files = EXPLAINED_IN[verb]
    .map((path) => join(root, path))
    .flatMap((path) => (path.endsWith('.ts') ? [path] : listScripts(path)));
  const asked = files.filter((file) => basename(file, '.ts') === args[0]);
  const comments = (asked.length > 0 ? asked : files).map(readComment);
  return [USAGES[verb], ...comments.filter((comment) => comment !== '')].join('\n\n');
}

/** The first comment of a file, without its asterisks. */
function readComment(file) {
  const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8')) ?? [];
  return comment.replace(/^\s*\* ?/gm, '').trim();
}
