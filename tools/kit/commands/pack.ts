/**
 * Builds the packages of the kit (metrics, slo, boards) to JavaScript with types, and packs them for npm.
 *
 *   npm run kit:pack -- --scope @example --out dist
 *     --scope NAME   scope of the packages (@aio)
 *     --out FOLDER   where the tarballs go (the current folder)
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { reportError } from '../../stack-error.ts';
import { packKit } from '../pack.ts';

try {
  const { values } = parseArgs({
    options: { scope: { type: 'string' }, out: { type: 'string', default: '.' } },
  });
  const packed = packKit({
    root: resolve(import.meta.dirname, '../../..'),
    out: resolve(values.out),
    ...(values.scope !== undefined && { scope: values.scope }),
  });
  for (const { name, tarball } of packed) console.log(`${name}  ${tarball}`);
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
}
