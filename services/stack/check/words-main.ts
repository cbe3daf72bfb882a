import { resolve } from 'node:path';
import { findRetiredWords } from './words/find-retired.ts';

/** Prints every retired word with file and line; exit code 1 if there is one. */
const found = findRetiredWords(resolve(import.meta.dirname, '../../..'));
for (const line of found) console.log(line);
process.exitCode = found.length > 0 ? 1 : 0;
