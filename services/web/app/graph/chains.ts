import type { GraphStep } from './layout.ts';
import type { GraphNode } from './node.ts';

/** Shorter chains are not collapsed. */
const SHORTEST = 4;
/** A chain's status is the first of these that a step has. */
const URGENCY = ['failed', 'running', 'waiting', 'ready', 'cancelled', 'pending'];

/** Steps in a row, each with exactly one need and one dependent. */
export interface Chain {
  /** Id of its collapsed node; no step has such an id. */
  id: string;
  steps: readonly string[];
}

/** The long chains of a graph, each from its first step to its last. */
export function findChains(steps: readonly GraphStep[]): Chain[] {
  const dependents = new Map<string, string[]>();
  for (const { id, needs } of steps)
    for (const need of needs) dependents.set(need, [...(dependents.get(need) ?? []), id]);
  const links = new Map(
    steps
      .filter(({ id, needs }) => needs.length === 1 && dependents.get(id)?.length === 1)
      .map(({ id, needs }) => [id, needs[0]!]),
  );
  const firsts = [...links].filter(([, need]) => !links.has(need)).map(([id]) => id);
  return firsts.flatMap((first) => {
    const chain = [first];
    for (let next = dependents.get(first)![0]!; links.has(next);) {
      chain.push(next);
      next = dependents.get(next)![0]!;
    }
    return chain.length < SHORTEST ? [] : [{ id: `chain-${first}`, steps: chain }];
  });
}

/**
 * Replaces each chain that is not expanded with one node, at the place of its first step.
 * @param describe texts of the collapsed node
 */
export function collapseChains(
  nodes: readonly GraphNode[],
  chains: readonly Chain[],
  isExpanded: (chain: Chain) => boolean,
  describe: (chain: Chain, status: string) => Pick<GraphNode, 'title' | 'note' | 'label'>,
): GraphNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const collapsed = chains.filter((chain) => !isExpanded(chain));
  const chainOf = new Map(collapsed.flatMap((chain) => chain.steps.map((id) => [id, chain])));
  return nodes.flatMap((node): GraphNode[] => {
    const chain = chainOf.get(node.id);
    const needs = node.needs.map((need) => chainOf.get(need)?.id ?? need);
    if (chain === undefined) return [{ ...node, needs }];
    if (chain.steps[0] !== node.id) return [];
    const status = statusOf(chain.steps.map((id) => byId.get(id)?.status ?? ''));
    return [{ id: chain.id, kind: 'chain', needs, status, ...describe(chain, status) }];
  });
}

function statusOf(statuses: readonly string[]): string {
  const isUnderWay = new Set(statuses).size > 1 && statuses.includes('succeeded');
  const found = URGENCY.find((status) => statuses.includes(status)) ?? statuses[0]!;
  // Between two steps: some have succeeded, others are pending, and none is at work.
  return isUnderWay && found === 'pending' ? 'running' : found;
}
