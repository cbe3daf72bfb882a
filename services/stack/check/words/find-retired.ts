import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Prose, proseOfMarkdown, proseOfStrings } from './prose.ts';
import { RETIRED } from './retired.ts';

/** `**` does not enter `.github`. */
const MARKDOWN = ['**/*.md', '.github/**/*.md'];
/** Files whose strings people read: UI texts, problems, step errors, log lines, boards, rules, CLI output, reports. */
const STRINGS = [
  'services/web/app/text/en/*.ts',
  'services/{api,compose,core,identity,llm-simulator,platform,stack,worker}/**/*.{mjs,ts}',
  'services/identity/realm.json',
  'observability/{catalog,config,query,runtime}/**/*.ts',
  'observe/**/*.ts',
  'dashboards/src/**/*.ts',
  'loadtest/**/*.ts',
];
const LEFT_OUT = /(^|\/)(node_modules|\.nuxt|\.output|\.aio|test|testing)(\/|$)|\.test\.ts$/;
/** We check the sources of generated files instead. */
const GENERATED = /^<!-- Generated\b/;

/** Retired words below a folder, one line each: `path:line: "word": what to write instead`. */
export function findRetiredWords(root: string): string[] {
  const exclude = (path: string) => LEFT_OUT.test(path);
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  return [
    ...globSync(MARKDOWN, { cwd: root, exclude })
      .sort()
      .filter((path) => !GENERATED.test(read(path)))
      .flatMap((path) => findIn(path, proseOfMarkdown(read(path)))),
    ...globSync(STRINGS, { cwd: root, exclude })
      .sort()
      .filter((path) => !LEFT_OUT.test(path))
      .flatMap((path) => findIn(path, proseOfStrings(read(path)))),
  ];
}

function findIn(path: string, prose: readonly Prose[]): string[] {
  return prose.flatMap(({ text, line }) =>
    RETIRED.flatMap(({ pattern, instead }) =>
      [...text.matchAll(acrossLines(pattern))].map(({ 0: word, index }) => {
        const at = line + text.slice(0, index).split('\n').length - 1;
        return `${path}:${at}: "${word.replaceAll(/\s+/g, ' ')}": ${instead}`;
      }),
    ),
  );
}

/** A phrase may continue on the next line. */
function acrossLines({ source }: RegExp): RegExp {
  return new RegExp(source.replaceAll(' ', '\\s+'), 'gi');
}
