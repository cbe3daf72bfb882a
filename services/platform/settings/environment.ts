/** Parses environment variables into a typed config and reports all faults at once. */

import { AioError } from '@aio/core/errors';

/** Exit code of a process with a wrong configuration (sysexits.h EX_CONFIG). */
export const EXIT_CONFIG = 78;

export type Environment = Readonly<Record<string, string | undefined>>;

/** One variable: its name, how to read it, and what its error says. */
export interface Variable<Value> {
  readonly name: string;
  /** Ends the sentence "expected …". */
  readonly expected: string;
  /** true = errors never show the value. */
  readonly secret: boolean;
  /** The value if the variable is missing or empty; undefined = the variable is required. */
  readonly fallback: Value | undefined;
  /** undefined = a wrong value. */
  parse(text: string): Value | undefined;
  /** Advice if production must not use this value (`env` has the other variables); null = it may. */
  refuseInProduction(value: Value, env: Environment): string | null;
}

export type Variables = Readonly<Record<string, Variable<unknown>>>;

export type Values<Schema extends Variables> = {
  readonly [Key in keyof Schema]: Schema[Key] extends Variable<infer Value> ? Value : never;
};

/** Lists wrong variables, one line each. A main prints the message and exits with `EXIT_CONFIG`. */
export class EnvironmentError extends AioError {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super('bad_environment', lines.join('\n'), { details: { lines } });
    this.name = 'EnvironmentError';
    this.lines = lines;
  }
}

/**
 * Reads all variables of a schema. An empty value counts as missing, because Compose files pass on unset variables as
 * empty ones.
 * @throws EnvironmentError that names every missing or wrong variable
 */
export function readEnvironment<Schema extends Variables>(
  schema: Schema,
  env: Environment,
): Values<Schema> {
  const lines: string[] = [];
  const values = Object.entries(schema).map(([key, variable]) => {
    const given = env[variable.name];
    const value = given ? variable.parse(given) : variable.fallback;
    if (value === undefined) lines.push(describeFault(variable, given));
    else if (env.NODE_ENV === 'production') {
      const refusal = variable.refuseInProduction(value, env);
      if (refusal !== null) lines.push(`${variable.name}: ${refusal}`);
    }
    return [key, value];
  });
  if (lines.length > 0) throw new EnvironmentError(lines);
  return Object.fromEntries(values) as Values<Schema>;
}

function describeFault({ name, expected, secret }: Variable<unknown>, given?: string): string {
  if (!given) return `${name} is not set, expected ${expected}`;
  return `${name}: expected ${expected}, got ${secret ? 'another value (not shown)' : JSON.stringify(given)}`;
}
