/**
 * Writes the published schema. With `--check` it only compares, and exits with 1 if the file is out
 * of date.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { WorkflowSchema } from './schema.ts';

const path = fileURLToPath(new URL('workflow.schema.json', import.meta.url));
const text = `${JSON.stringify(WorkflowSchema, null, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(path, text);
} else if (read() !== text) {
  console.error(
    'services/core/definition/workflow.schema.json is out of date: run npm run generate',
  );
  process.exitCode = 1;
}

/** null = the file does not exist. */
function read(): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
