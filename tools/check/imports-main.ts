import { resolve } from 'node:path';
import { findUndeclaredImports } from './undeclared-imports.ts';

/** Prints every import of a workspace that is not declared; exit code 1 if there is one. */
const found = findUndeclaredImports(resolve(import.meta.dirname, '../..'));
for (const line of found) console.log(line);
process.exitCode = found.length > 0 ? 1 : 0;
