/** Checks `needs`: names, doubles, cycles. */

import { suggest } from '../text/suggest.ts';
import { type FaultList, stepPointer } from './fault-list.ts';
import { findCycles, type Graph } from './graph.ts';
import { MAX_EDGES } from './limits.ts';

/** Steps of a cycle that are spelt out. */
const MAX_CYCLE_SHOWN = 20;

/**
 * Adds the faults of all `needs` and gives the graph without what is wrong in it; null when there
 * are too many edges to go on. Tolerates any shape of steps.
 */
export function checkGraph(
  steps: Readonly<Record<string, unknown>>,
  indexOf: ReadonlyMap<string, number>,
  faults: FaultList,
): Graph | null {
  let edges = 0;
  const parents = Object.entries(steps).map(([id, step]) => {
    const needs = needsOf(step);
    edges += needs.length;
    return edges > MAX_EDGES ? [] : resolveNeeds(id, needs, indexOf, faults);
  });
  if (edges > MAX_EDGES) {
    faults.add(() => ({
      pointer: '/steps',
      rule: 'limit',
      message: `all needs together name more than ${MAX_EDGES} steps`,
      hint: 'put a transform step between wide fans',
    }));
    return null;
  }
  const graph = { parents };
  const ids = [...indexOf.keys()];
  for (const cycle of findCycles(graph)) faults.add(() => describeCycle(cycle, ids));
  return graph;
}

function needsOf(step: unknown): unknown[] {
  const needs = (step as { needs?: unknown } | null)?.needs;
  return Array.isArray(needs) ? needs : [];
}

function resolveNeeds(
  id: string,
  needs: readonly unknown[],
  indexOf: ReadonlyMap<string, number>,
  faults: FaultList,
): number[] {
  const seen = new Set<string>();
  const parents: number[] = [];
  needs.forEach((need, position) => {
    if (typeof need !== 'string') return; // the schema says so
    const pointer = stepPointer(id, 'needs', position);
    const index = indexOf.get(need);
    if (seen.has(need)) {
      const hint = 'name it once';
      faults.add(() => ({ pointer, rule: 'duplicate', message: `"${need}" is named twice`, hint }));
    } else if (need === id) {
      const message = 'a step cannot need itself';
      faults.add(() => ({ pointer, rule: 'self_need', message, hint: 'leave it out' }));
    } else if (index === undefined) {
      faults.add(() => ({
        pointer,
        rule: 'unknown_step',
        message: `there is no step "${need.slice(0, 100)}"`,
        hint: suggest(need, indexOf.keys(), 'name a step of this workflow'),
      }));
    } else {
      parents.push(index);
    }
    seen.add(need);
  });
  return parents;
}

function describeCycle(cycle: readonly number[], ids: readonly string[]) {
  const names = cycle.map((index) => ids[index]!);
  const shown = names.slice(0, MAX_CYCLE_SHOWN);
  const left = names.length - shown.length;
  const rest = left > 0 ? [`… ${left} more …`] : [];
  return {
    pointer: stepPointer(names[0]!, 'needs'),
    rule: 'cycle',
    message: `the steps need each other: ${[...shown, ...rest, names[0]].join(' -> ')}`,
    hint: 'remove one of these needs',
  };
}
