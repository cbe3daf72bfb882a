/** Types of environment variables, for a schema of `readEnvironment`. */

import type { Environment, Variable } from './environment.ts';

interface Options<Value> {
  /** The default; without one, the variable is required. */
  fallback?: Value;
  secret?: boolean;
  refuseInProduction?: (value: Value, env: Environment) => string | null;
}

/** A variable of another type; `parse` returns undefined for a wrong value. */
export function define<Value>(
  name: string,
  expected: string,
  options: Options<Value>,
  parse: (text: string) => Value | undefined,
): Variable<Value> {
  return {
    name,
    expected,
    secret: options.secret ?? false,
    fallback: options.fallback,
    parse,
    refuseInProduction: options.refuseInProduction ?? (() => null),
  };
}

/** Text that matches the pattern, if given; `expected` describes the pattern in words. */
export function text(
  name: string,
  options: Options<string> & { pattern?: RegExp; expected?: string } = {},
): Variable<string> {
  const { pattern, expected = pattern ? `text that matches ${pattern.source}` : 'text' } = options;
  return define(name, expected, options, (given) =>
    !pattern || pattern.test(given) ? given : undefined,
  );
}

/** Optional text; null = missing. */
export function optionalText(
  name: string,
  options: Omit<Options<string | null>, 'fallback'> = {},
): Variable<string | null> {
  return define<string | null>(name, 'text', { ...options, fallback: null }, (given) => given);
}

/** A whole number between two inclusive bounds. */
export function integer(
  name: string,
  options: Options<number> & { min: number; max: number },
): Variable<number> {
  const { min, max } = options;
  return define(name, `a whole number from ${min} to ${max}`, options, (given) => {
    const value = /^-?\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** A TCP port; 0 = any free port. */
export function port(name: string, options: Options<number> = {}): Variable<number> {
  return integer(name, { ...options, min: 0, max: 65_535 });
}

/** `true` or `false`; also accepts 1 and 0. */
export function flag(name: string, options: Options<boolean> = {}): Variable<boolean> {
  const values: Record<string, boolean> = { true: true, '1': true, false: false, '0': false };
  return define(name, 'true or false', options, (given) => values[given.toLowerCase()]);
}

/** One of the choices. */
export function choice<const Choice extends string>(
  name: string,
  choices: readonly Choice[],
  options: Options<Choice> = {},
): Variable<Choice> {
  return define(name, `one of ${choices.join(', ')}`, options, (given) =>
    choices.find((one) => one === given),
  );
}

/** An absolute URL with one of the protocols (without colon), returned unchanged. */
export function url(
  name: string,
  options: Options<string> & { protocols: readonly string[] },
): Variable<string> {
  const expected = `a URL that begins with ${options.protocols.map((one) => `${one}://`).join(' or ')}`;
  return define(name, expected, options, (given) =>
    isUrl(given, options.protocols) ? given : undefined,
  );
}

function isUrl(given: string, protocols: readonly string[]): boolean {
  const parsed = URL.parse(given);
  if (!parsed?.hostname) return false;
  return protocols.includes(parsed.protocol.slice(0, -1));
}

/** A number between two inclusive bounds. */
export function number(
  name: string,
  options: Options<number> & { min: number; max: number },
): Variable<number> {
  const { min, max } = options;
  return define(name, `a number from ${min} to ${max}`, options, (given) => {
    const value = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });
}
