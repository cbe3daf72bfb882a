import type { Shape } from '@aio/tools/system/definition';
import { createRandom, type Random } from './random.ts';

/**
 * Scientific workflows consist of a few motifs. Each motif adds at most `room` steps below the `loose` ones, which
 * have no children yet, and returns the new loose steps.
 */
type Motif = (dag: number[][], loose: number[], room: number, random: Random) => number[];

const MOTIFS: readonly Motif[] = [growChain, fanOut, fanIn, growLayers, growPipelines, growDiamond];

/** A DAG with `steps` steps, determined by the seed. Parents come before children. */
export function createRandomDag(options: { seed: number; steps: number }): Shape {
  const random = createRandom(options.seed);
  const dag: number[][] = [[]];
  let loose = [0];
  while (dag.length < options.steps) {
    // Sometimes another source, as in workflows with several inputs.
    if (random.chance(0.1)) loose.push(add(dag, []));
    const room = options.steps - dag.length;
    if (room > 0) loose = random.pick(MOTIFS)(dag, loose, room, random);
  }
  return dag;
}

function add(dag: number[][], parents: readonly number[]): number {
  return dag.push([...parents].sort((a, b) => a - b)) - 1;
}

function growChain(dag: number[][], loose: number[], room: number, random: Random): number[] {
  const start = random.pick(loose);
  let end = start;
  for (let left = Math.min(room, random.int(1, 20)); left > 0; left--) end = add(dag, [end]);
  return loose.filter((step) => step !== start).concat(end);
}

/** One step has up to 400 children. */
function fanOut(dag: number[][], loose: number[], room: number, random: Random): number[] {
  const source = random.pick(loose);
  const width = Math.min(room, random.pick([3, 10, 40, 150, 400]));
  const added = Array.from({ length: width }, () => add(dag, [source]));
  return loose.filter((step) => step !== source).concat(added);
}

/** One step needs all loose steps. */
function fanIn(dag: number[][], loose: number[]): number[] {
  return [add(dag, loose)];
}

/** Like mProject and mDiffFit of Montage: each step of a layer needs some steps of the layer before. */
function growLayers(dag: number[][], loose: number[], room: number, random: Random): number[] {
  const waitedFor = new Set<number>();
  const width = Math.min(room, random.int(2, 60));
  const added = Array.from({ length: width }, () => {
    const parents = new Set(Array.from({ length: random.int(1, 4) }, () => random.pick(loose)));
    for (const parent of parents) waitedFor.add(parent);
    return add(dag, [...parents]);
  });
  return loose.filter((step) => !waitedFor.has(step)).concat(added);
}

/** Like the pipelines of Epigenomics: a chain of the same length below each loose step. */
function growPipelines(dag: number[][], loose: number[], room: number, random: Random): number[] {
  const depth = Math.min(random.int(1, 4), Math.floor(room / loose.length));
  let ends = loose;
  for (let level = 0; level < depth; level++) ends = ends.map((end) => add(dag, [end]));
  return depth === 0 ? growChain(dag, loose, room, random) : ends;
}

function growDiamond(dag: number[][], loose: number[], room: number, random: Random): number[] {
  const top = random.pick(loose);
  if (room < 3) return growChain(dag, loose, room, random);
  const bottom = add(dag, [add(dag, [top]), add(dag, [top])]);
  return loose.filter((step) => step !== top).concat(bottom);
}
