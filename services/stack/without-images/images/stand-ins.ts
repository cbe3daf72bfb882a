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
  /** References that are stand-ins now. */
  made: readonly string[];
  /** Images of their projects, which were there. */
  real: readonly string[];
  /** There is no image, and nothing to make one of. */
  missing: readonly string[];
  /** What was made, for people. */
  how: string;
}

/** The label that says of an image that it is none of its project's. */
export const STAND_IN = 'aio.stand-in';
/** Of ours alone, so that a real one of Debian's is not in the way. */
const DEBIAN = 'aio-stand-in-debian';

/**
 * Sees to it that the images which Compose files want are there, under the names by which they want them: real
 * ones that are there are left alone. What was made is kept in the data folder for the next time.
 * @param folder for files meanwhile
 * @throws StackError when an ingredient cannot be had
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
  const how = recipes.length === 0 ? 'nothing to make' : await make(docker, recipes, options);
  return { made, real, missing, how };
}

/** undefined = no such image; empty = it is of its project. */
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
    return 'as they were made before';
  }
  await makeDebianImage(docker, DEBIAN, { ...options, label: STAND_IN });
  for (const recipe of complete) await build(docker, recipe, options);
  await keep(docker, recipes, archive);
  return 'made anew';
}

type Complete = Recipe & { ingredients: readonly Ingredient[] };

async function build(
  docker: Docker,
  { reference, folder, ingredients }: Complete,
  { folder: scratch, say }: { folder: string; say: (line: string) => void },
): Promise<void> {
  const name = basename(folder);
  say(`making a stand-in for ${reference}`);
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

/** The latest set alone. */
async function keep(docker: Docker, recipes: readonly Recipe[], archive: string): Promise<void> {
  const unfinished = `${archive}.unfinished`;
  rmSync(dirname(archive), { recursive: true, force: true });
  mkdirSync(dirname(archive), { recursive: true });
  const references = recipes.map(({ reference }) => reference);
  await docker.work('save', ['save', '--output', unfinished, ...references]);
  renameSync(unfinished, archive);
}

/** The same for the same recipes, names and versions. */
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
