/** Writes METRICS.md; with `--check`, exits 1 when the file is not what the catalogue says. */
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
