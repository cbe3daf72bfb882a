import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** The runbook of an alert. */
export interface Runbook {
  /** File name without extension: `no-worker-up`. */
  name: string;
  /** Name of the alert, from the heading. */
  alert: string;
  markdown: string;
  /** PromQL blocks from top to bottom, each on one line. */
  queries: readonly string[];
}

const RUNBOOKS = resolve(import.meta.dirname, '../runbooks');
const QUERIES = /^ *```promql\n([^]*?)^ *```$/gm;

/** The committed runbooks, sorted by name. */
export function readRunbooks(): Runbook[] {
  return readdirSync(RUNBOOKS)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .sort()
    .map((file) => {
      const markdown = readFileSync(resolve(RUNBOOKS, file), 'utf8');
      return {
        name: file.replace(/\.md$/, ''),
        alert: /^# (\w+)$/m.exec(markdown)?.[1] ?? '',
        markdown,
        queries: queriesIn(markdown),
      };
    });
}

export function queriesIn(markdown: string): string[] {
  return [...markdown.matchAll(QUERIES)].map(([, query = '']) =>
    query.replaceAll(/\s+/g, ' ').trim(),
  );
}
