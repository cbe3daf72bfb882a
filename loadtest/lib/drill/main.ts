import { EXIT, reportError, StackError } from '@aio/stack/stack-error';
import { writeFileSync } from 'node:fs';
import { interruption } from '../interruption.ts';
import { type OptionRules, type Options, readOptions } from '../options.ts';
import { programFolder } from '../own-servers.ts';
import type { Drill } from './drill.ts';
import { showProgress } from './progress.ts';
import { addUp, describeOutcome, isPassed, summarize, toData } from './report.ts';
import { type Outcome, runDrills } from './run-drills.ts';

/** Where a drill finds the programs that it starts. */
export interface Machine {
  programDir: string;
  /** PATH of the caller. */
  searchPath: string;
}

/** Of every command. */
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

/** What one command, `npm run drill -- <name>`, can do. */
export interface Suite<Own extends OptionRules> {
  name: string;
  /** Beside `--seed`, `--jobs`, `--repeat`, `--only`, `--json`, `--short` and `--list`. A flag `scaled` chooses the topology. */
  options?: Own;
  drills(options: SuiteOptions<Own>, env: NodeJS.ProcessEnv): readonly Drill[];
  /** Told with the list and after the drills. */
  remarks?: readonly string[];
  /** Looks at all outcomes together. @returns what is wrong beside what each has missed */
  judge?(outcomes: readonly Outcome[], options: SuiteOptions<Own>): readonly string[];
}

/** Runs the drills that the command line asks for, and ends the process: exit code 1 = a limit was missed. */
export function runSuite<const Own extends OptionRules = Record<never, never>>(
  suite: Suite<Own>,
): Promise<never> {
  return runMain(async (args, machine, env) => {
    const rules = { ...COMMON, ...suite.options };
    const options = readOptions(args, rules) as SuiteOptions<Own>;
    const { seed: first, jobs, repeat, only, json, short, list } = options;
    const { scaled } = options as { scaled?: boolean };
    const drills = choose(suite.drills(options, env), only);
    const progress = showProgress(process.stdout);
    const say = (...lines: readonly string[]) => lines.forEach((line) => progress.say(line));
    if (list || drills.length === 1)
      say(...drills.map(({ name, what, limits }) => `${name}: ${what}; ${limits}`));
    const { remarks = [] } = suite;
    if (list) {
      say(...remarks);
      return 0;
    }
    const interrupted = interruption();
    const topology = scaled ? 'scaled' : 'single';
    const rounds: object[] = [];
    let passed = true;
    for (let seed = first; seed < first + repeat; seed++) {
      const how = [...(scaled === undefined ? [] : [topology]), short ? 'short' : 'in full'];
      say(`drill ${suite.name}, ${how.join(', ')}, seed ${seed}`);
      const outcomes = await runDrills(drills, {
        ...machine,
        seed,
        full: !short,
        topology,
        jobs,
        interrupted,
        onProgress: ({ name }, what) => progress.show(name, what),
        onOutcome(outcome) {
          progress.end(outcome.drill.name);
          say(...describeOutcome(outcome));
        },
      });
      const wrong = suite.judge?.(outcomes, options) ?? [];
      say(`seed ${seed}: ${addUp(outcomes)}`, ...summarize(outcomes), ...remarks);
      say(...wrong.map((what) => `failed: ${what}`));
      rounds.push({ drill: suite.name, topology, short, seed, outcomes: toData(outcomes), wrong });
      passed &&= wrong.length === 0 && outcomes.every(isPassed);
    }
    if (json !== '') writeFileSync(json, `${JSON.stringify(rounds, null, 2)}\n`);
    return passed ? 0 : 1;
  });
}

/** Tells errors in one line, and ends the process with the exit code. */
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
  // An interrupted drill still has requests on their way.
  return process.exit(exitCode);
}

/**
 * Those that `--only` names.
 * @param only names or aliases, comma-separated; empty = all
 * @throws StackError with those that there are
 */
function choose(drills: readonly Drill[], only: string): readonly Drill[] {
  if (only === '') return drills;
  return only.split(',').flatMap((given) => {
    const wanted = given.trim();
    const found = drills.filter(({ name, aliases }) => [name, ...(aliases ?? [])].includes(wanted));
    if (found.length > 0) return found;
    const known = drills.map(({ name }) => name).join(', ');
    throw new StackError(`there is no drill "${wanted}"; there are ${known}`, {
      exitCode: EXIT.usage,
    });
  });
}
