import { parseArgs, type ParseArgsConfig } from 'node:util';
import { EXIT, StackError } from './stack-error.ts';

/**
 * The options and other arguments of a command line.
 * @param rules as `parseArgs` of Node.js takes them
 * @param usage printed with the error
 * @throws StackError if an option is unknown or lacks its value
 */
export function readArguments<const Rules extends ParseArgsConfig>(
  args: readonly string[],
  rules: Rules,
  usage: string,
) {
  try {
    return parseArgs({ ...rules, args: [...args] });
  } catch (cause) {
    const reason = (cause as Error).message.split('. ')[0]?.toLowerCase();
    throw new StackError(reason ?? 'wrong options', {
      exitCode: EXIT.usage,
      details: usage.split('\n'),
      cause,
    });
  }
}
