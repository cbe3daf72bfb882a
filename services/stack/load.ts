import { resolve } from 'node:path';
import { runScript } from './run-script.ts';
import { reportError } from './stack-error.ts';

/** `npm run load -- <scenario>`: runs loadtest/load/load.ts. */
const root = resolve(import.meta.dirname, '../..');
try {
  process.exitCode = await runScript(root, 'loadtest/load', ['load', ...process.argv.slice(2)]);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
