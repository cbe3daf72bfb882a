import { readFileSync } from 'node:fs';
import type { LoadResult } from '../lib/load-test/result.ts';

const FILE = new URL('load-result.json', import.meta.url);

/** The result of a spike with real k6, shortened; a new copy each time. */
export function realResult(): LoadResult {
  return JSON.parse(readFileSync(FILE, 'utf8')) as LoadResult;
}
