import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runScript } from './run-script.ts';
import { reportError } from './stack-error.ts';

/**
 * `npm run bench [-- part …]`: runs loadtest/bench/bench.ts, which knows the parts, or the script of
 * loadtest/figures that the first argument names.
 */
const root = resolve(import.meta.dirname, '../..');
const args = process.argv.slice(2);
const isFigure = existsSync(join(root, 'loadtest/figures', `${args[0]}.ts`));
try {
  process.exitCode = isFigure
    ? await runScript(root, 'loadtest/figures', args)
    : await runScript(root, 'loadtest/bench', ['bench', ...args]);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
