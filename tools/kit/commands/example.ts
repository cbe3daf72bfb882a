/**
 * Makes a project of its own from examples/koa-bullmq, with the packages of the kit as tarballs.
 *
 *   npm run kit:example -- <new folder> [--scope @example]
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, reportError, StackError } from '../../stack-error.ts';
import { makeExample } from '../example.ts';

try {
  const { values, positionals } = parseArgs({
    options: { scope: { type: 'string' } },
    allowPositionals: true,
  });
  const [folder] = positionals;
  if (folder === undefined)
    throw new StackError('name a new folder: npm run kit:example -- ../shop', {
      exitCode: EXIT.usage,
    });
  makeExample({
    root: resolve(import.meta.dirname, '../../..'),
    folder: resolve(folder),
    ...(values.scope !== undefined && { scope: values.scope }),
  });
  console.log(`${folder} is ready; its README.md says how to start it`);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
