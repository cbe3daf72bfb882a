import type { Machine } from '../drill-main.ts';
import { interruption } from '../interruption.ts';
import { readOptions } from '../options.ts';
import { choose } from './choose.ts';
import type { Fault } from './fault.ts';
import { showProgress } from './progress.ts';
import { isPassed, summarize } from './report.ts';
import { listFaults, tellFaults } from './tell-faults.ts';

/**
 * What `npm run drill -- <name> [--short] [--only a,b] [--seed N] [--list]` does with its faults.
 * @param noun what they are, for whoever misspells one
 * @returns the exit code: 1 = a limit was missed
 */
export async function drill(
  { name, noun, faults }: { name: string; noun: string; faults: readonly Fault[] },
  args: readonly string[],
  machine: Machine,
): Promise<number> {
  const { only, seed, short, list } = readOptions(args, {
    seed: { default: 1, least: 0 },
    only: 'text',
    short: 'flag',
    list: 'flag',
  });
  const chosen = choose(faults, only, noun);
  const progress = showProgress(process.stdout);
  if (list) {
    listFaults(chosen).forEach((line) => progress.say(line));
    return 0;
  }
  progress.say(`drill ${name}, ${short ? 'short' : 'in full'}, seed ${seed}`);
  const outcomes = await tellFaults(chosen, {
    ...machine,
    seed,
    full: !short,
    jobs: 1,
    interrupted: interruption(),
    progress,
  });
  summarize(outcomes, seed).forEach((line) => progress.say(line));
  return outcomes.every(isPassed) ? 0 : 1;
}
