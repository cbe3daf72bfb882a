import { EXIT, StackError } from '@aio/stack/stack-error';
import { parseArgs } from 'node:util';

/** What a script takes: a whole number with its default and its least value, a text, or a flag. */
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
 * Reads `--name 5`, `--name text` (empty when it is not there) and `--flag`.
 * @throws StackError naming the option, what was given and what is expected
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
  } catch (cause) {
    const known = Object.keys(rules).map((name) => `--${name}`);
    const reason = (cause as Error).message.split('. ')[0];
    throw new StackError(`${reason}; there are ${known.join(', ')}`, {
      exitCode: EXIT.usage,
      cause,
    });
  }
}

function readNumber(name: string, given: string, least: number): number {
  const value = Number(given);
  if (/^\d{1,9}$/.test(given) && value >= least) return value;
  throw new StackError(`--${name} ${given}: expected a whole number from ${least}`, {
    exitCode: EXIT.usage,
  });
}
