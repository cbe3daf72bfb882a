import { isBounded, type MetricDefinition } from '@aio/catalog/metric';

export type Labels = Readonly<Record<string, string>>;

/** What a value becomes when its label has as many values as it may. */
export const OVERFLOW = 'other';

/**
 * Keeps open labels bounded: the first `upTo` values of a label are themselves, all later ones
 * `other`, and the same ones for every metric that has the label.
 */
export function createLabelGuard(): (definition: MetricDefinition) => (labels: Labels) => Labels {
  const admittedByLabel = new Map<string, Set<string>>();

  function admit(label: string, value: string, upTo: number): boolean {
    let admitted = admittedByLabel.get(label);
    if (admitted === undefined) admittedByLabel.set(label, (admitted = new Set()));
    if (admitted.has(value)) return true;
    if (admitted.size >= upTo) return false;
    admitted.add(value);
    return true;
  }

  return function guardOf(definition) {
    const open = Object.entries(definition.labels).flatMap(([label, spec]) =>
      isBounded(spec) ? [] : [{ label, upTo: spec.upTo }],
    );
    if (open.length === 0) return (labels) => labels;
    return function guard(labels) {
      let guarded: Record<string, string> | undefined;
      for (const { label, upTo } of open) {
        if (!admit(label, labels[label] ?? '', upTo)) {
          guarded ??= { ...labels };
          guarded[label] = OVERFLOW;
        }
      }
      return guarded ?? labels;
    };
  };
}

/** All label sets of a metric whose labels are bounded; null when one of them is open. */
export function labelSetsOf(definition: MetricDefinition): Labels[] | null {
  let sets: Labels[] = [{}];
  for (const [label, spec] of Object.entries(definition.labels)) {
    if (!isBounded(spec)) return null;
    sets = sets.flatMap((set) => spec.map((value) => ({ ...set, [label]: value })));
  }
  return sets;
}
