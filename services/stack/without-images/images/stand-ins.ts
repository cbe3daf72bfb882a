import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Docker } from '../docker.ts';
import { makeDebianImage } from './debian-image.ts';
import type { GetOptions } from './npm-package.ts';
import { findRecipe, getIngredients, type Ingredient, type Recipe } from './recipes.ts';

export interface StandIns {
  /** References that are now stand-ins. */
  made: readonly string[];
  /** References with a real image. */
  real: readonly string[];
  /** References without an image and without a recipe. */
  missing: readonly string[];
  /** How the stand-ins were provided, for the report. */
  how: string;
}

/** The label of stand-ins. */
export const STAND_IN = 'aio.stand-in';
/** Not `debian`, so that it does not replace a real image. */
const DEBIAN = 'aio-stand-in-debian';

/**
 * Builds a stand-in for each missing image, under its name. Real images stay. Keeps the stand-ins in the data folder
 * for the next run.
 * @param folder temporary files
 * @throws StackError if this machine cannot get an ingredient
 */
export async function provideImages(
  docker: Docker,
  references: readonly string[],
  options: GetOptions & { folder: string },
): Promise<StandIns> {
  const real: string[] = [];
  for (const reference of references) {
    if ((await readLabel(docker, reference)) === '') real.push(reference);
  }
  const wanted = references.filter((reference) => !real.includes(reference));
  const recipes = wanted.flatMap((reference) => findRecipe(reference) ?? []);
  const made = recipes.map(({ reference }) => reference);
  const missing = wanted.filter((reference) => !made.includes(reference));
  const how = recipes.length === 0 ? 'none needed' : await make(docker, recipes, options);
  return { made, real, missing, how };
}

/** undefined = no such image; empty = a real image. */
async function readLabel(docker: Docker, reference: string): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${STAND_IN}"}}`;
  if (!(await docker.succeeds('image', 'inspect', reference))) return undefined;
  return (await docker.run('image', 'inspect', '--format', format, reference)).trim();
}

async function make(
  docker: Docker,
  recipes: readonly Recipe[],
  options: GetOptions & { folder: string },
): Promise<string> {
  const complete = [];
  for (const recipe of recipes) {
    complete.push({ ...recipe, ingredients: await getIngredients(recipe, options) });
  }
  const archive = join(options.dataDir, 'stand-ins', `${fingerprint(complete)}.tar`);
  if (existsSync(archive)) {
    await docker.work('load', ['load', '--input', archive]);
    return 'from an earlier run';
  }
  await makeDebianImage(docker, DEBIAN, { ...options, label: STAND_IN });
  for (const recipe of complete) await build(docker, recipe, options);
  await keep(docker, recipes, archive);
  return 'just built';
}

type Complete = Recipe & { ingredients: readonly Ingredient[] };

async function build(
  docker: Docker,
  { reference, folder, ingredients }: Complete,
  { folder: scratch, say }: { folder: string; say: (line: string) => void },
): Promise<void> {
  const name = basename(folder);
  say(`building a stand-in for ${reference}`);
  const context = join(scratch, `stand-in-${name}`);
  cpSync(folder, context, { recursive: true });
  for (const { name: target, path } of ingredients) {
    const options = { recursive: true, verbatimSymlinks: true };
    cpSync(realpathSync(path), join(context, target), options);
  }
  const args = [
    '--build-arg',
    `DEBIAN=${DEBIAN}`,
    '--label',
    `${STAND_IN}=${name}`,
    '--tag',
    reference,
  ];
  await docker.work(`stand-in-${name}`, ['build', ...args, context]);
  rmSync(context, { recursive: true });
}

/** Keeps only the latest set. */
async function keep(docker: Docker, recipes: readonly Recipe[], archive: string): Promise<void> {
  const unfinished = `${archive}.unfinished`;
  rmSync(dirname(archive), { recursive: true, force: true });
  mkdirSync(dirname(archive), { recursive: true });
  const references = recipes.map(({ reference }) => reference);
  await docker.work('save', ['save', '--output', unfinished, ...references]);
  renameSync(unfinished, archive);
}

/** Depends on recipes, names and versions only. */
function fingerprint(recipes: readonly Complete[]): string {
  const hash = createHash('sha256');
  for (const { reference, folder, ingredients } of recipes) {
    hash.update(`${reference}\n`);
    for (const file of readdirSync(folder).sort()) {
      const path = join(folder, file);
      hash.update(`${file} ${statSync(path).mode}\n`).update(readFileSync(path));
    }
    for (const { name, version } of ingredients) hash.update(`${name} ${version}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
