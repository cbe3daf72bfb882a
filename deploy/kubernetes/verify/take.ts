import type { Report } from '@aio/compose/verify/report';
import { StackError } from '@aio/stack/stack-error';
import { findTool, type ToolOptions } from './tools.ts';

/** Finds or builds the programs of a level. Reports a skip and returns undefined if one is missing. */
export async function take(
  report: Report,
  what: string,
  names: readonly string[],
  options: ToolOptions,
): Promise<string[] | undefined> {
  const found: string[] = [];
  for (const name of names) {
    const path = await orSkip(report, what, options.signal, () => findTool(name, options));
    if (path === undefined) return undefined;
    if (path === null) {
      report.skip(what, `${name} is missing, and --no-build forbids building it`);
      return undefined;
    }
    found.push(path);
  }
  return found;
}

/** Does the work. At a StackError it reports a skip and returns undefined. */
export async function orSkip<Value>(
  report: Report,
  what: string,
  signal: AbortSignal,
  work: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof StackError)) throw error;
    report.skip(what, [error.message, ...error.details].join('; '));
    return undefined;
  }
}
