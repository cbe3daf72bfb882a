/**
 * Generates three lists from this folder: the registry of kinds, their executors in the worker, and
 * their names in the catalogue. With `--check` it only compares, and exits with 1 if a file is out of
 * date.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { DEFAULT_LANE, type KindDefinition } from './kind.ts';

/** Files of this folder that do not define a kind. */
const OTHERS = ['generate.ts', 'kind.ts', 'registry.ts', 'registry.generated.ts'];

const root = new URL('../../../../', import.meta.url);
const kinds = await readKinds();
const files = {
  'services/core/definition/kinds/registry.generated.ts': registry(kinds),
  'services/worker/steps/registry.generated.ts': executors(kinds),
  'observability/catalog/kinds.generated.ts': labels(kinds),
};
for (const [path, lines] of Object.entries(files)) {
  const file = new URL(path, root);
  const text = `// Made of services/core/definition/kinds by its generate.ts: npm run generate\n\n${lines.join('\n')}\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (read(file) !== text) {
    console.error(`${path} is out of date: run npm run generate`);
    process.exitCode = 1;
  }
}

/** All kinds, by name. */
async function readKinds(): Promise<KindDefinition[]> {
  const names = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !OTHERS.includes(file))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  return Promise.all(names.map(readKind));
}

async function readKind(name: string): Promise<KindDefinition> {
  const { kind } = (await import(`./${name}.ts`)) as { kind?: KindDefinition };
  // SQL, label values, queue names and WORKER_KINDS contain names unescaped.
  if (kind?.kind !== name || !/^[a-z]+$/.test(name) || !/^[a-z]+$/.test(kind.lane)) {
    throw new Error(
      `kinds/${name}.ts must export const kind = defineKind({ kind: '${name}', … }), with names of kinds and lanes from a to z`,
    );
  }
  return kind;
}

function registry(kinds: readonly KindDefinition[]): string[] {
  return [
    ...kinds.map(({ kind }) => `import { kind as ${kind}Kind } from './${kind}.ts';`),
    '',
    'export const STEP_KINDS = {',
    ...kinds.map(({ kind }) => `  ${kind}: ${kind}Kind,`),
    '} as const;',
  ];
}

function executors(kinds: readonly KindDefinition[]): string[] {
  const executed = kinds.filter(({ expandsItems }) => !expandsItems);
  return [
    ...executed.map(({ kind }) => `import { createKind as ${kind}Kind } from './${kind}.ts';`),
    '',
    '/** Creates the executor of each kind. */',
    'export const CREATE_KIND = {',
    ...executed.map(({ kind }) => `  ${kind}: ${kind}Kind,`),
    '} as const;',
  ];
}

function labels(kinds: readonly KindDefinition[]): string[] {
  const inLanes = kinds.filter(({ lane }) => lane !== DEFAULT_LANE);
  return [
    '/** All kinds of steps. Their series start at zero. */',
    `export const STEP_KINDS = ${list(kinds)};`,
    '',
    '/** Kinds that call other services. Their steps wait in a lane for a slot; all others start when they are ready. */',
    `export const LANE_KINDS = ${list(inLanes)};`,
  ];
}

function list(kinds: readonly KindDefinition[]): string {
  return `[${kinds.map(({ kind }) => `'${kind}'`).join(', ')}] as const`;
}

/** null = the file does not exist. */
function read(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
