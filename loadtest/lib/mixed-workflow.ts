/**
 * Workflows of all kinds of step, with conditions, joins, retries and failures, whose every end is
 * known beforehand: what the engine makes of them can be judged step by step.
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
  /** How each step ends; null where the run's failure stops the others anywhere. */
  steps: Map<string, StepEnd> | null;
  /** Rows of the items of each map that runs. */
  items: Map<string, number>;
}

/** The level that the conditions of a mixed workflow are written against. */
const LEVEL = 5;

/**
 * The same for the same seed. One in ten has a step that fails the run.
 * @param options.name a workflow name; it also makes prompts differ between workflows
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
    expected: foretell(shape, places, works, fatal),
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

/** The rules of the language once more, in the plainest form, to judge the engine by. */
function foretell(
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
