import { resolve } from 'node:path';
import { runScript } from './run-script.ts';
import { reportError } from './stack-error.ts';

/** `npm run observe:<name>`: runs observe/commands/<name>.ts. */
const root = resolve(import.meta.dirname, '../..');
try {
  process.exitCode = await runScript(root, 'observe/commands', process.argv.slice(2));
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
