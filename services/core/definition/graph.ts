/** Order, cycles and ancestors of steps. */

/** `parents[i]` has the indexes of the steps that step i needs. */
export interface Graph {
  readonly parents: readonly (readonly number[])[];
}

/**
 * Indexes in an order in which parents come first, without the steps on a cycle or downstream of one.
 */
export function topologicalOrder({ parents }: Graph): number[] {
  const children: number[][] = parents.map(() => []);
  const missing = parents.map((list) => list.length);
  parents.forEach((list, index) => list.forEach((parent) => children[parent]!.push(index)));
  const order = missing.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let next = 0; next < order.length; next++) {
    for (const child of children[order[next]!]!) {
      missing[child]!--;
      if (missing[child] === 0) order.push(child);
    }
  }
  return order;
}

/**
 * Returns one cycle: indexes, each step before the one that needs it, without repeating the first; null = there is
 * none. Ignores steps that need themselves.
 */
export function findCycle(graph: Graph): number[] | null {
  const { parents } = graph;
  const ordered = new Set(topologicalOrder(graph));
  const path: number[] = [];
  // Each step that has no place in the order needs another such step, so that following them ends in a cycle.
  let current = parents.findIndex((_, index) => !ordered.has(index));
  if (current === -1) return null;
  for (; !path.includes(current); current = parents[current]!.find((step) => !ordered.has(step))!)
    path.push(current);
  return path.slice(path.indexOf(current)).toReversed();
}

/** Knows the ancestors of every step. */
export interface Ancestry {
  /** null = unknown, because the step is on a cycle or downstream of one. */
  isUpstream(ancestor: number, step: number): boolean | null;
}

/** Keeps a bit for each pair of steps. */
export function createAncestry(graph: Graph): Ancestry {
  const ancestors = new Map<number, bigint>();
  for (const step of topologicalOrder(graph)) {
    let bits = 0n;
    for (const parent of graph.parents[step]!)
      bits |= ancestors.get(parent)! | (1n << BigInt(parent));
    ancestors.set(step, bits);
  }
  return {
    isUpstream(ancestor, step) {
      const bits = ancestors.get(step);
      return bits === undefined ? null : ((bits >> BigInt(ancestor)) & 1n) === 1n;
    },
  };
}
