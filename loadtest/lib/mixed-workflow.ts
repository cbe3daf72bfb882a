/**
 * Random workflows with most kinds of step, conditions, joins, retries and failures. The generator predicts
 * how each step ends, so that a drill can judge the engine step by step.
 */

import type { Definition, Join, Shape, StepDefinition } from './definition.ts';
import { drawWork, FAILS, type DrawnWork } from './mixed-work.ts';
import { createRandomDag } from './random-dag.ts';
import { createRandom, type Random } from './random.ts';
import { stepName } from './shapes.ts';
import { SIMULATOR_INPUT } from './simulator-work.ts';

export type StepEnd = 'succeeded' | 'failed' | 'skipped';

export interface MixedWorkflow {
  definition: Definition;
  expected: ExpectedRun;
}

export interface ExpectedRun {
  status: 'succeeded' | 'failed';
  /** How each step ends; null if the run fails, because that stops other steps at any point. */
  steps: Map<string, StepEnd> | null;
  /** Number of items by map step that runs. */
  items: Map<string, number>;
}

/** Input that the conditions compare with. */
const LEVEL = 5;

/**
 * Makes a workflow determined by the seed. One in ten has a step that fails the run.
 * @param options.name workflow name, also used in prompts so that they differ
 */
export function createMixedWorkflow(options: {
  name: string;
  seed: number;
  steps: number;
}): MixedWorkflow {
  const random = createRandom(options.seed);
  const shape = createRandomDag({ seed: options.seed, steps: options.steps });
  const places = shape.map((parents) => drawPlace(parents, random));
  const works = shape.map((parents, index) =>
    drawWork(random, `step ${index} of ${options.name}`, parents.map(stepName)),
  );
  const fatal = random.chance(0.1) ? random.int(0, shape.length - 1) : -1;
  if (fatal >= 0) works[fatal] = FAILS;
  const steps = works.map(({ step }, index) => [
    stepName(index),
    { ...step, ...places[index]?.fields } as StepDefinition,
  ]);
  return {
    definition: {
      name: options.name,
      input: { ...SIMULATOR_INPUT, required: ['simulator', 'level'] },
      steps: Object.fromEntries(steps),
    },
    expected: predict(shape, places, works, fatal),
  };
}

/** Input of a run of a mixed workflow. */
export function mixedInput(simulator: string): Record<string, unknown> {
  return { simulator, level: LEVEL };
}

interface DrawnPlace {
  fields: { needs: string[]; if?: string; join?: Join };
  join: Join;
  conditionHolds: boolean;
}

function drawPlace(parents: readonly number[], random: Random): DrawnPlace {
  const join = random.pick<Join>([
    'all_succeeded',
    'none_failed',
    'all_settled',
    'all_settled',
    'all_settled',
  ]);
  const above = random.chance(0.08) ? random.int(1, 9) : null;
  return {
    fields: {
      needs: parents.map(stepName),
      ...(join !== 'all_succeeded' && { join }),
      ...(above !== null && { if: `\${{ input.level > ${above} }}` }),
    },
    join,
    conditionHolds: above === null || LEVEL > above,
  };
}

/** Predicts the ends with a second, simple implementation of the rules. */
function predict(
  shape: Shape,
  places: readonly DrawnPlace[],
  works: readonly DrawnWork[],
  fatal: number,
): ExpectedRun {
  const ends: StepEnd[] = [];
  for (const [index, parents] of shape.entries()) {
    const { join, conditionHolds } = places[index] as DrawnPlace;
    const runs = joinHolds(
      join,
      parents.map((parent) => ends[parent] as StepEnd),
    );
    ends.push(runs && conditionHolds ? (works[index] as DrawnWork).end : 'skipped');
  }
  const failsRun = fatal >= 0 && ends[fatal] === 'failed';
  const items = ends.flatMap((end, index): [string, number][] => {
    const count = works[index]?.items ?? null;
    return end === 'skipped' || count === null ? [] : [[stepName(index), count]];
  });
  return {
    status: failsRun ? 'failed' : 'succeeded',
    steps: failsRun ? null : new Map(ends.map((end, index) => [stepName(index), end])),
    items: new Map(failsRun ? [] : items),
  };
}

function joinHolds(join: Join, parents: readonly StepEnd[]): boolean {
  if (join === 'all_settled') return true;
  if (join === 'none_failed') return !parents.includes('failed');
  return parents.every((end) => end === 'succeeded');
}
