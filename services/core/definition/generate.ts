/**
 * Writes the published schema beside this file; `--check` only compares, and exits 1 with the
 * file's name when it is out of step.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WorkflowSchema } from './schema.ts';

const path = fileURLToPath(new URL('workflow.schema.json', import.meta.url));
const text = `${JSON.stringify(WorkflowSchema, null, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(path, text);
} else if (read() !== text) {
  console.error('services/core/definition/workflow.schema.json is out of step: npm run generate');
  process.exitCode = 1;
}

/** null = there is no such file yet. */
function read(): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
