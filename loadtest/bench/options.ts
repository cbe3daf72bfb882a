import { EXIT, StackError } from '@aio/stack/stack-error';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Names of parts, in the order of `known`. */
  parts: string[];
  /** At least 1; floors are held by medians of five. */
  rounds: number;
  json: boolean;
  /** Tell where the worker's time goes instead. */
  profile: boolean;
}

const DEFAULT_ROUNDS = 5;

/**
 * Reads `[part …] [--only part,part] [--rounds N] [--json] [--profile]`.
 * @param known names of all parts; without a choice all of them are run
 * @throws StackError naming what was given and what is expected
 */
export function readBenchOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const chosen = [...positionals, ...(values.only ?? []).flatMap((list) => list.split(','))];
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw usage(`there is no part "${unknown}"; there are ${known.join(', ')}`);
  const rounds = values.rounds ?? String(DEFAULT_ROUNDS);
  if (!/^[1-9]\d{0,2}$/.test(rounds))
    throw usage(`--rounds ${rounds}: expected a whole number from 1 to 999`);
  return {
    parts: known.filter((name) => chosen.length === 0 || chosen.includes(name)),
    rounds: Number(rounds),
    json: values.json ?? false,
    profile: values.profile ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        json: { type: 'boolean' },
        profile: { type: 'boolean' },
      },
    });
  } catch (cause) {
    throw usage(
      `${(cause as Error).message.split('. ')[0]}; there are --only, --rounds, --json, --profile`,
      cause,
    );
  }
}

function usage(message: string, cause?: unknown): StackError {
  return new StackError(message, { exitCode: EXIT.usage, cause });
}
