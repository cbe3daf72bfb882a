import type { StackError } from '@aio/tools/stack-error';
import { readOptions, usageError } from '@aio/tools/cli/options';
import { SCENARIO_NAMES, SCENARIOS, questionOf } from './scenarios.ts';

export type LoadOptions = ReturnType<typeof readCommandLine>;

const DURATION = /^(\d+)(s|m|h)?$/;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * Shares are 0 to 1; an empty address means that of `npm start`, an empty `against` the last result.
 * @throws StackError for a wrong option; without a known scenario, it lists all scenarios
 */
export function readCommandLine(args: readonly string[]) {
  const [first, ...rest] = args;
  const scenario = SCENARIO_NAMES.find((name) => name === first);
  if (scenario === undefined) throw withoutScenario(first);
  const defaults = SCENARIOS[scenario];
  const options = readOptions(rest, {
    rate: { default: defaults.rate, least: 1 },
    duration: 'text',
    listeners: { default: 2000, least: 1 },
    traced: { default: 100, least: 0 },
    url: 'text',
    web: 'text',
    identity: 'text',
    simulator: 'text',
    prometheus: 'text',
    'port-offset': { default: 0, least: 0 },
    workers: { default: 2, least: 1 },
    own: 'flag',
    remote: 'flag',
    against: 'text',
    most: { default: 400, least: 1 },
    precision: { default: 15, least: 1 },
  });
  return {
    ...options,
    scenario,
    seconds: options.duration === '' ? defaults.seconds : readDuration(options.duration),
    traced: Math.min(100, options.traced) / 100,
    precision: options.precision / 100,
  };
}

function readDuration(text: string): number {
  const [, amount, unit = 's'] = DURATION.exec(text) ?? [];
  const seconds = Number(amount) * (SECONDS[unit] ?? 1);
  if (seconds >= 1) return seconds;
  throw usageError(`--duration ${text}: expected a duration such as 90s, 10m or 4h`);
}

function withoutScenario(given: string | undefined): StackError {
  const what = given === undefined ? 'name a scenario' : `unknown scenario "${given}"`;
  const width = Math.max(...SCENARIO_NAMES.map((name) => name.length));
  return usageError(
    `${what}: npm run load -- <scenario> (--help lists the options)`,
    SCENARIO_NAMES.map((name) => `  ${name.padEnd(width)}  ${questionOf(name)}`),
  );
}
