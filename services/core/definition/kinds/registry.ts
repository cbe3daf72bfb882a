/** All kinds of steps. */

import { kind as approval } from './approval.ts';
import { kind as delay } from './delay.ts';
import { kind as http } from './http.ts';
import { DEFAULT_LANE, type KindDefinition, type KindWait } from './kind.ts';
import { kind as llm } from './llm.ts';
import { kind as map } from './map.ts';
import { kind as transform } from './transform.ts';
import { kind as wait } from './wait.ts';
import { kind as workflow } from './workflow.ts';

export const STEP_KINDS = { approval, delay, http, llm, map, transform, wait, workflow } as const;

export type StepKindName = keyof typeof STEP_KINDS;

/** Kinds that the engine expands into items. */
export type ExpandingKindName = {
  [Kind in StepKindName]: (typeof STEP_KINDS)[Kind]['expandsItems'] extends true ? Kind : never;
}[StepKindName];

/** Kinds that a worker executes. */
export type WorkKindName = Exclude<StepKindName, ExpandingKindName>;

export const STEP_KIND_NAMES = Object.keys(STEP_KINDS) as StepKindName[];

export const EXPANDING_KIND_NAMES = STEP_KIND_NAMES.filter(expandsItems);

export const WORK_KIND_NAMES = STEP_KIND_NAMES.filter(
  (name): name is WorkKindName => !expandsItems(name),
);

/** Names of all lanes. */
export const LANES: readonly string[] = [
  ...new Set(Object.values(STEP_KINDS).map(({ lane }) => lane)),
].toSorted();

/** Default slots per worker in each lane but the default one. If kinds share a lane, the largest number. */
export const LANE_SLOTS: ReadonlyMap<string, number> = new Map(
  LANES.filter((lane) => lane !== DEFAULT_LANE).map((lane) => [lane, slotsOf(lane)]),
);

function slotsOf(lane: string): number {
  const kinds: KindDefinition[] = Object.values(STEP_KINDS);
  return Math.max(1, ...kinds.map((kind) => (kind.lane === lane ? (kind.slots ?? 1) : 1)));
}

export function isStepKind(name: unknown): name is StepKindName {
  return typeof name === 'string' && Object.hasOwn(STEP_KINDS, name);
}

/** The kind of a name. */
export function stepKind(name: StepKindName): KindDefinition<StepKindName> {
  return STEP_KINDS[name];
}

/** Whether the engine expands steps of this kind into items. */
export function expandsItems(name: unknown): name is ExpandingKindName {
  return isStepKind(name) && STEP_KINDS[name].expandsItems;
}

/** Whether attempts of the kind queue in a lane; all others are executed by the worker that holds the run. */
export function isLaneKind(name: string): boolean {
  return isStepKind(name) && STEP_KINDS[name].lane !== DEFAULT_LANE;
}

/** The wait of the kind's attempts; null = they never wait, or the kind is unknown. */
export function waitsForOf(name: string): KindWait | null {
  return isStepKind(name) ? STEP_KINDS[name].waitsFor : null;
}
