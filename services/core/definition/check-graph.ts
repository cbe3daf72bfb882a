/** Checks `needs`: names, duplicates, cycles. */

import { suggest } from '../text/suggest.ts';
import { type FaultList, stepPointer } from './fault-list.ts';
import { findCycle, type Graph } from './graph.ts';
import { MAX_EDGES } from './limits.ts';

/** Steps of a cycle that a message names. */
const MAX_CYCLE_SHOWN = 20;

/**
 * Adds the faults of all `needs`. Returns the graph without the faulty edges, or null if there are
 * too many edges. Accepts steps of any shape.
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
      message: `the workflow has more than ${MAX_EDGES} needs`,
      hint: 'join many steps in a transform step, and let later steps need only that one',
    }));
    return null;
  }
  const graph = { parents };
  const ids = [...indexOf.keys()];
  const cycle = findCycle(graph);
  if (cycle) faults.add(() => describeCycle(cycle, ids));
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
    if (typeof need !== 'string') return; // the schema reports it
    const pointer = stepPointer(id, 'needs', position);
    const index = indexOf.get(need);
    if (seen.has(need)) {
      const hint = 'list it once';
      faults.add(() => ({
        pointer,
        rule: 'duplicate',
        message: `"${need}" is listed twice`,
        hint,
      }));
    } else if (need === id) {
      const message = 'a step cannot need itself';
      faults.add(() => ({ pointer, rule: 'self_need', message, hint: 'remove it' }));
    } else if (index === undefined) {
      faults.add(() => ({
        pointer,
        rule: 'unknown_step',
        message: `step "${need.slice(0, 100)}" does not exist`,
        hint: suggest(need, indexOf.keys(), 'use the id of a step in this workflow'),
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
    message: `the steps form a cycle: ${[...shown, ...rest, names[0]].join(' -> ')}`,
    hint: 'remove one of these needs',
  };
}
