/**
 * A path of parents that ends where it began, or null when there is none. Parents that are not among
 * the ids are passed over.
 */
export function findCycle(
  ids: readonly string[],
  parentsOf: (id: string) => Iterable<string>,
): string[] | null {
  const known = new Set(ids);
  const children = new Map<string, string[]>(ids.map((id) => [id, []]));
  const waitsFor = new Map<string, number>();
  for (const id of ids) {
    const parents = [...parentsOf(id)].filter((parent) => known.has(parent));
    waitsFor.set(id, parents.length);
    for (const parent of parents) children.get(parent)?.push(id);
  }
  const free = ids.filter((id) => waitsFor.get(id) === 0);
  for (const id of free) {
    for (const child of children.get(id) ?? []) {
      const left = (waitsFor.get(child) as number) - 1;
      waitsFor.set(child, left);
      if (left === 0) free.push(child);
    }
  }
  const stuck = ids.filter((id) => waitsFor.get(id) !== 0);
  return stuck.length === 0 ? null : walkCycle(stuck, parentsOf);
}

/** Each stuck id has a stuck parent: going from parent to parent must come back. */
function walkCycle(
  stuck: readonly string[],
  parentsOf: (id: string) => Iterable<string>,
): string[] {
  const isStuck = new Set(stuck);
  const path: string[] = [];
  let id = stuck[0] as string;
  while (!path.includes(id)) {
    path.push(id);
    id = [...parentsOf(id)].find((parent) => isStuck.has(parent)) as string;
  }
  return [...path.slice(path.indexOf(id)), id];
}
