/** The one place where kinds are registered: a new kind is a file beside this one and a line here. */

import { approval } from './approval.ts';
import { delay } from './delay.ts';
import { http } from './http.ts';
import type { KindDefinition } from './kind.ts';
import { llm } from './llm.ts';
import { map } from './map.ts';
import { transform } from './transform.ts';
import { wait } from './wait.ts';
import { workflow } from './workflow.ts';

export const STEP_KINDS = {
  http,
  llm,
  transform,
  delay,
  approval,
  wait,
  workflow,
  map,
} as const;

export type StepKindName = keyof typeof STEP_KINDS;

export const STEP_KIND_NAMES = Object.keys(STEP_KINDS) as StepKindName[];

/** Names of all lanes. */
export const LANES: readonly string[] = [
  ...new Set(Object.values(STEP_KINDS).map(({ lane }) => lane)),
].toSorted();

export function isStepKind(name: unknown): name is StepKindName {
  return typeof name === 'string' && Object.hasOwn(STEP_KINDS, name);
}

/** The kind behind a name, with its `with` as any object schema. */
export function stepKind(name: StepKindName): KindDefinition<StepKindName> {
  return STEP_KINDS[name];
}
