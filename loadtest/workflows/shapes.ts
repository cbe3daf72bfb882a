/** DAGs as edges. Parents come before their children. */

import type { Definition, Shape, StepWork } from '@aio/tools/system/definition';

/** Steps one after the other. */
export function chain(steps: number): Shape {
  return Array.from({ length: steps }, (_, index) => (index === 0 ? [] : [index - 1]));
}

/** Steps without parents. */
export function parallel(steps: number): Shape {
  return Array.from({ length: steps }, () => []);
}

/** One step, then `width` parallel steps, then one that needs all of them. */
export function fan(width: number): Shape {
  const middle = Array.from({ length: width }, (_, index) => index + 1);
  return [[], ...middle.map(() => [0]), middle];
}

export function diamond(): Shape {
  return fan(2);
}

/** A workflow whose steps all do the same work. */
export function toWorkflow(name: string, shape: Shape, work: StepWork): Definition {
  const steps = shape.map((parents, index) => [
    stepName(index),
    { ...work, needs: parents.map(stepName) },
  ]);
  return { name, steps: Object.fromEntries(steps) as Definition['steps'] };
}

/** A workflow whose steps do nothing, to measure only the engine. */
export function toNoOpWorkflow(name: string, shape: Shape): Definition {
  return toWorkflow(name, shape, { type: 'transform', with: { value: true } });
}

/** A workflow whose steps call the simulator. @param msOf time of a call, by index */
export function toCallWorkflow(
  name: string,
  shape: Shape,
  msOf: (index: number) => number,
): Definition {
  const steps = shape.map((parents, index) => [
    stepName(index),
    { type: 'http', needs: parents.map(stepName), with: { url: workUrl(msOf(index)) } },
  ]);
  const input = SIMULATOR_INPUT;
  return { name, input, steps: Object.fromEntries(steps) as Definition['steps'] };
}

/** Step id of an index of a shape. */
export function stepName(index: number): string {
  return `s${index}`;
}

/** Input of every run whose steps call the simulator. */
export const SIMULATOR_INPUT = {
  type: 'object',
  required: ['simulator'],
  properties: { simulator: { type: 'string', description: 'Base URL, no slash at the end.' } },
};

/** URL of a simulator call that takes `ms`, as an expression over `input.simulator`. */
export function workUrl(ms: number): string {
  return `\${{ input.simulator }}/work?ms=${ms}`;
}
