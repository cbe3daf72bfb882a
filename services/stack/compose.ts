import { resolve } from 'node:path';
import { runScript } from './run-script.ts';
import { reportError } from './stack-error.ts';

/** `npm run compose:<name>`: runs services/compose/commands/<name>.ts. */
const root = resolve(import.meta.dirname, '../..');
try {
  process.exitCode = await runScript(root, 'services/compose/commands', process.argv.slice(2));
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
