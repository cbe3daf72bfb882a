import { reportError } from '@aio/stack/stack-error';
import { programFolder } from './own-servers.ts';

/** Where a drill finds the programs that it starts. */
export interface Machine {
  programDir: string;
  /** PATH of the caller. */
  searchPath: string;
}

/**
 * What every main of a drill does around its own work: errors are told in one line, and the process
 * ends with its exit code.
 */
export async function runMain(
  { args, env }: { args: readonly string[]; env: NodeJS.ProcessEnv },
  main: (args: readonly string[], machine: Machine) => Promise<number>,
): Promise<never> {
  let exitCode: number;
  try {
    const machine = { programDir: programFolder(env.AIO_DATA_DIR), searchPath: env.PATH ?? '' };
    exitCode = await main(args, machine);
  } catch (error) {
    exitCode = reportError(error, (line) => console.log(line));
  }
  // An interrupted drill still has requests on their way.
  process.exit(exitCode);
}
