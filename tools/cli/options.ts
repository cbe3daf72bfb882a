import { EXIT, StackError } from '../stack-error.ts';
import { parseArgs } from 'node:util';

/** Options of a script: a whole number with default and minimum, a text, or a flag. */
export type OptionRules = Readonly<
  Record<string, { default: number; least: number } | 'text' | 'flag'>
>;

export type Options<Rules extends OptionRules> = {
  [Name in keyof Rules]: Rules[Name] extends 'flag'
    ? boolean
    : Rules[Name] extends 'text'
      ? string
      : number;
};

/**
 * Reads `--name 5`, `--name text` (default empty) and `--flag`.
 * @throws StackError that names the option, its value and the expected value
 */
export function readOptions<const Rules extends OptionRules>(
  args: readonly string[],
  rules: Rules,
): Options<Rules> {
  const given = parse(args, rules);
  const values = Object.entries(rules).map(([name, rule]) => {
    const value = given[name];
    if (rule === 'flag') return [name, value === true];
    if (rule === 'text') return [name, value === undefined ? '' : String(value)];
    return [name, value === undefined ? rule.default : readNumber(name, String(value), rule.least)];
  });
  return Object.fromEntries(values) as Options<Rules>;
}

function parse(args: readonly string[], rules: OptionRules): Record<string, unknown> {
  const options = Object.entries(rules).map(([name, rule]) => [
    name,
    { type: rule === 'flag' ? ('boolean' as const) : ('string' as const) },
  ]);
  try {
    return parseArgs({ args: [...args], options: Object.fromEntries(options) }).values;
  } catch (error) {
    const known = Object.keys(rules).map((name) => `--${name}`);
    const reason = (error as Error).message.split('. ')[0];
    throw usageError(`${reason}. Use ${known.join(', ')}`);
  }
}

function readNumber(name: string, given: string, least: number): number {
  const value = Number(given);
  if (/^\d{1,9}$/.test(given) && value >= least) return value;
  throw usageError(`--${name} ${given}: expected a whole number of at least ${least}`);
}

/** An error of the command line. */
export function usageError(message: string, details: readonly string[] = []): StackError {
  return new StackError(message, { exitCode: EXIT.usage, details });
}
