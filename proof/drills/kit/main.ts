import { reportError } from '@aio/tools/stack-error';
import { writeFileSync } from 'node:fs';
import { interruption } from '@aio/tools/cli/interruption';
import { type OptionRules, type Options, readOptions, usageError } from '@aio/tools/cli/options';
import { programFolder } from '@aio/tools/system/own-servers';
import type { Drill, Machine } from './drill.ts';
import { showProgress } from './progress.ts';
import { addUp, describeOutcome, isGreen, summarize, toData } from './report.ts';
import { type Outcome, runDrills } from './run-drills.ts';

/** Options of every drill command. */
const COMMON = {
  seed: { default: 1, least: 0 },
  jobs: { default: 1, least: 1 },
  repeat: { default: 1, least: 1 },
  only: 'text',
  json: 'text',
  short: 'flag',
  list: 'flag',
} as const;

type SuiteOptions<Own extends OptionRules> = Options<typeof COMMON> & Options<Own>;

/** The drills of one command, `npm run drill -- <name>`. */
export interface Suite<Own extends OptionRules> {
  name: string;
  /** Options in addition to the common ones. */
  options?: Own;
  drills(options: SuiteOptions<Own>, env: NodeJS.ProcessEnv): readonly Drill[];
  /** Judges all outcomes together. @returns failures in addition to each drill's own */
  judge?(outcomes: readonly Outcome[], options: SuiteOptions<Own>): readonly string[];
}

/** Runs the requested drills and ends the process. Exit code 1 = a limit was missed. */
export function runSuite<const Own extends OptionRules = Record<never, never>>(
  suite: Suite<Own>,
): Promise<never> {
  return runMain(async (args, machine, env) => {
    const rules = { ...COMMON, ...suite.options };
    const options = readOptions(args, rules) as SuiteOptions<Own>;
    const { seed: first, jobs, repeat, only, json, short, list } = options;
    const drills = choose(suite.drills(options, env), only);
    const progress = showProgress(process.stdout);
    const say = (...lines: readonly string[]) => lines.forEach((line) => progress.say(line));
    if (list || drills.length === 1)
      say(...drills.map(({ name, what, limits }) => `${name}: ${what}; ${limits}`));
    if (list) return 0;
    const interrupted = interruption();
    const rounds: object[] = [];
    let passed = true;
    for (let seed = first; seed < first + repeat; seed++) {
      say(`drill ${suite.name}, ${short ? 'short' : 'in full'}, seed ${seed}`);
      const outcomes = await runDrills(drills, {
        ...machine,
        seed,
        full: !short,
        jobs,
        interrupted,
        onProgress: ({ name }, what) => progress.show(name, what),
        onOutcome(outcome) {
          progress.end(outcome.drill.name);
          say(...describeOutcome(outcome));
        },
      });
      const wrong = suite.judge?.(outcomes, options) ?? [];
      say(`seed ${seed}: ${addUp(outcomes)}`, ...summarize(outcomes));
      say(...wrong.map((what) => `failed: ${what}`));
      rounds.push({ drill: suite.name, short, seed, outcomes: toData(outcomes), wrong });
      passed &&= wrong.length === 0 && isGreen(outcomes);
    }
    if (json !== '') writeFileSync(json, `${JSON.stringify(rounds, null, 2)}\n`);
    return passed ? 0 : 1;
  });
}

/** Runs `main`, prints an error in one line, and ends the process with the exit code. */
export async function runMain(
  main: (args: readonly string[], machine: Machine, env: NodeJS.ProcessEnv) => Promise<number>,
): Promise<never> {
  const { argv, env } = process;
  let exitCode: number;
  try {
    const machine = { programDir: programFolder(env.AIO_DATA_DIR), searchPath: env.PATH ?? '' };
    exitCode = await main(argv.slice(2), machine, env);
  } catch (error) {
    exitCode = reportError(error, (line) => console.log(line));
  }
  // An interrupted drill still has open requests.
  return process.exit(exitCode);
}

/**
 * Selects the drills that `--only` names.
 * @param only comma-separated names or aliases; empty = all drills
 * @throws StackError that lists the known drills, if a name is unknown
 */
function choose(drills: readonly Drill[], only: string): readonly Drill[] {
  if (only === '') return drills;
  return only.split(',').flatMap((given) => {
    const wanted = given.trim();
    const found = drills.filter(({ name, aliases }) => [name, ...(aliases ?? [])].includes(wanted));
    if (found.length > 0) return found;
    const known = drills.map(({ name }) => name).join(', ');
    throw usageError(`unknown drill "${wanted}". Use one of: ${known}`);
  });
}
