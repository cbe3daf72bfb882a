import { PORTS } from '../process/ports.ts';
import { readArguments } from '../read-arguments.ts';
import { EXIT, StackError } from '../stack-error.ts';
import { USAGES } from '../usage.mjs';

export interface StartOptions {
  /** Added to every port. */
  portOffset: number;
  workers: number;
  /** From 2 on, they are behind a proxy. */
  apis: number;
  /** Stop after the example run, with its status as exit code. */
  once: boolean;
  /** Build and start the web UI. */
  web: boolean;
  /** undefined = `.env`, which may be missing. */
  envFile: string | undefined;
}

const HIGHEST_OFFSET = 65_535 - Math.max(...Object.values(PORTS));
const MOST_WORKERS = 32;
const MOST_APIS = 8;

/** @throws StackError that names the option, its value and the expected value */
export function parseStartOptions(args: readonly string[]): StartOptions {
  const values = parse(args);
  return {
    portOffset: wholeNumber('--port-offset', values['port-offset'] ?? '0', 0, HIGHEST_OFFSET),
    workers: wholeNumber('--workers', values.workers ?? '2', 1, MOST_WORKERS),
    apis: wholeNumber('--apis', values.apis ?? '1', 1, MOST_APIS),
    once: values.once ?? false,
    web: values.web ?? true,
    envFile: values['env-file'],
  };
}

function parse(args: readonly string[]) {
  const rules = {
    allowNegative: true,
    options: {
      'port-offset': { type: 'string' },
      workers: { type: 'string' },
      apis: { type: 'string' },
      once: { type: 'boolean' },
      web: { type: 'boolean' },
      'env-file': { type: 'string' },
    },
  } as const;
  return readArguments(args, rules, USAGES.start).values;
}

function wholeNumber(option: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw new StackError(`${option} ${given}: expected a whole number from ${least} to ${most}`, {
    exitCode: EXIT.usage,
  });
}
