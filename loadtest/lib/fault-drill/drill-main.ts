import type { Machine } from '../drill-main.ts';
import { readOptions } from '../options.ts';
import { choose } from './choose.ts';
import type { Fault } from './fault.ts';
import { addUp, isPassed, summarize } from './report.ts';
import { createTeller, LIST_OPTIONS } from './tell-faults.ts';

/**
 * What `npm run drill -- <name> [--short] [--only a,b] [--seed N] [--jobs N] [--list]` does with its
 * faults.
 * @param noun what they are, for whoever misspells one
 * @returns the exit code: 1 = a limit was missed
 */
export async function drill(
  { name, noun, faults }: { name: string; noun: string; faults: readonly Fault[] },
  args: readonly string[],
  machine: Machine,
): Promise<number> {
  const { only, seed, jobs, short, list } = readOptions(args, { ...LIST_OPTIONS, short: 'flag' });
  const chosen = choose(faults, only, noun);
  const teller = createTeller(machine, { jobs });
  if (list) {
    teller.list(chosen);
    return 0;
  }
  teller.say(`drill ${name}, ${short ? 'short' : 'in full'}, seed ${seed}`);
  const outcomes = await teller.tell(chosen, { seed, full: !short });
  teller.say(addUp(outcomes), ...summarize(outcomes));
  return outcomes.every(isPassed) ? 0 : 1;
}
