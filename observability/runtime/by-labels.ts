import type { Labels } from './label-guard.ts';

export interface ByLabels<Thing> {
  /** The thing of these labels, made at the first call. */
  get(labels: Labels): Thing;
  /** Forgets the things of all labels in which `name` has this value, and returns them. */
  remove(name: string, value: string): Thing[];
}

/**
 * One thing for each set of label values. Found value by value, in a fifth of the time that it takes to make
 * a text of the labels, as the Prometheus client does: a step asks for four of them.
 * @param names of the labels, in any order
 */
export function createByLabels<Thing>(
  names: readonly string[],
  create: (labels: Labels) => Thing,
): ByLabels<Thing> {
  const root = createNode<Thing>();
  return {
    get(labels) {
      let node = root;
      for (const name of names) node = childOf(node, labels[name] ?? '');
      return (node.thing ??= create(labels));
    },
    remove(name, value) {
      const depth = names.indexOf(name);
      if (depth === -1) return [];
      const removed = nodesAt(root, depth).flatMap(({ byValue }) => {
        const node = byValue.get(value);
        byValue.delete(value);
        return node ? [node] : [];
      });
      return removed
        .flatMap((node) => nodesAt(node, names.length - depth - 1))
        .flatMap(({ thing }) => thing ?? []);
    },
  };
}

interface Node<Thing> {
  readonly byValue: Map<string, Node<Thing>>;
  /** null = not all labels have led here. */
  thing: Thing | null;
}

function childOf<Thing>(node: Node<Thing>, value: string): Node<Thing> {
  let child = node.byValue.get(value);
  if (!child) node.byValue.set(value, (child = createNode()));
  return child;
}

/** All nodes so many levels below this one. */
function nodesAt<Thing>(node: Node<Thing>, levels: number): Node<Thing>[] {
  let nodes = [node];
  for (let level = 0; level < levels; level++)
    nodes = nodes.flatMap(({ byValue }) => [...byValue.values()]);
  return nodes;
}

function createNode<Thing>(): Node<Thing> {
  return { byValue: new Map(), thing: null };
}
