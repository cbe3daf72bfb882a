/** Writes METRICS.md. With `--check`, exits with 1 if the file differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { writeDocument } from './document.ts';

const file = new URL('METRICS.md', import.meta.url);
const document = writeDocument();

if (process.argv.includes('--check')) {
  if (readIfThere(file) !== document) {
    console.error('observability/catalog/METRICS.md is out of step: run `npm run generate`');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, document);
}

function readIfThere(path: URL): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
