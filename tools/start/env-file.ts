import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { PORT_VARIABLES } from '../process/ports.ts';
import { EXIT, StackError } from '../stack-error.ts';
import { VENDORS } from './environment.ts';

/** The environment of `npm start` with the settings of a file. */
export interface Settings {
  env: NodeJS.ProcessEnv;
  /** Names the variables that the file sets or `npm start` ignores, without values; undefined = the file has none. */
  summary: string | undefined;
  /** For error messages: ` (in <file>)` if the variable is from the file, else ''. */
  originOf(variable: string): string;
}

const READ = /^(OTEL|TELEMETRY|METRICS|LOG)_/;
const READ_BY_NAME = new Set<string>([
  ...VENDORS.map(({ keyVariable }) => keyVariable),
  ...Object.values(PORT_VARIABLES),
]);
/** Every process gets its own. */
const NEVER_READ = 'METRICS_PORT';
/** Anything else may be a line of a secret, so no message contains it. */
const NAME = /^[A-Z][A-Z0-9_]*$/;

/**
 * Adds keys of language models, ports and telemetry settings of a file to the environment. A variable of the environment
 * wins. An empty value counts as not set.
 * @param options.isRequired whether a missing file is an error
 * @throws StackError if the file cannot be read
 */
export function readSettings(
  env: NodeJS.ProcessEnv,
  options: { file: string; isRequired: boolean },
): Settings {
  const { file } = options;
  const found = Object.entries(parseEnv(read(options)))
    .filter(([, value]) => value !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const isOurs = ([name]: [string, unknown]) =>
    (READ.test(name) && name !== NEVER_READ) || READ_BY_NAME.has(name);
  const used = found.filter((entry) => isOurs(entry) && !env[entry[0]]);
  const names = new Set(used.map(([name]) => name));
  const ignored = found
    .filter(([name]) => NAME.test(name) && !names.has(name))
    .map((entry) => (isOurs(entry) ? `${entry[0]} (the shell sets it)` : entry[0]));
  const parts = [
    names.size > 0 ? `uses ${[...names].join(', ')}` : '',
    ignored.length > 0 ? `ignores ${ignored.join(', ')}` : '',
  ].filter(Boolean);
  return {
    env: { ...env, ...Object.fromEntries(used) },
    summary: parts.length > 0 ? `${file}: ${parts.join('; ')}` : undefined,
    originOf: (variable) => (names.has(variable) ? ` (in ${file})` : ''),
  };
}

function read({ file, isRequired }: { file: string; isRequired: boolean }): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !isRequired) return '';
    throw new StackError(`cannot read the settings in ${file}: ${message}`, {
      exitCode: EXIT.config,
      cause,
    });
  }
}
