/**
 * Builds the packages of the kit (metrics, slo, boards) to JavaScript with types, and packs them for npm.
 *
 *   npm run kit:pack -- --scope @example --out dist
 *     --scope NAME   scope of the packages (@aio)
 *     --out FOLDER   where the tarballs go (the current folder)
 *     --check        keep nothing; exit code 1 if something does not compile, or has a word of AIO
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { reportError, StackError } from '../../stack-error.ts';
import { packKit } from '../pack.ts';
import { wordsOfAio } from '../words.ts';

try {
  const { values } = parseArgs({
    options: {
      scope: { type: 'string' },
      out: { type: 'string', default: '.' },
      check: { type: 'boolean', default: false },
    },
  });
  const root = resolve(import.meta.dirname, '../../..');
  const scope = values.scope === undefined ? {} : { scope: values.scope };
  if (values.check) {
    const out = mkdtempSync(join(tmpdir(), 'kit-'));
    packKit({ root, out, ...scope });
    rmSync(out, { recursive: true });
    const words = wordsOfAio(join(root, 'observability/tracing'));
    if (words.length > 0)
      throw new StackError('observability/tracing has words of AIO', { details: words });
  } else {
    for (const { name, tarball } of packKit({ root, out: resolve(values.out), ...scope }))
      console.log(`${name}  ${tarball}`);
  }
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
