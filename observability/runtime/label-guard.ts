import { isBounded, type MetricDefinition } from '@aio/catalog/metric';

export type Labels = Readonly<Record<string, string>>;

/** What a value becomes when its label has as many values as it may. */
export const OVERFLOW = 'other';

/** A value that is not recorded for so long gives its place to the next new one. */
const IDLE_MS = 24 * 3600 * 1000;

interface LabelGuardConfig {
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Called when a value has lost its place, before another takes it: its series are to go. */
  onFreed: (label: string, value: string) => void;
}

export interface LabelGuard {
  /** Gives the labels under which a metric is to record what has these. */
  of(definition: MetricDefinition): (labels: Labels) => Labels;
  /** Values that an open label may have in a series: those that have a place, and `other`. */
  valuesOf(label: string): string[];
}

/**
 * Keeps open labels bounded: the first `upTo` values of a label are themselves, all later ones
 * `other`, and the same ones for every metric that has the label. When all places are taken, a new
 * value takes the place of the one that has been idle longest, if that is a day or more; as long as
 * nobody wants its place, an idle value keeps it, and its series their counts.
 */
export function createLabelGuard({ now, onFreed }: LabelGuardConfig): LabelGuard {
  const placesByLabel = new Map<string, Places>();

  function admit(label: string, value: string, upTo: number): boolean {
    // A value of this name shares its series with all later ones, which must not vanish with it.
    if (value === OVERFLOW) return false;
    let places = placesByLabel.get(label);
    if (!places) placesByLabel.set(label, (places = { byValue: new Map(), fullUntil: 0 }));
    const time = now();
    const place = places.byValue.get(value);
    if (place) {
      place.usedAt = time;
      return true;
    }
    if (places.byValue.size >= upTo) {
      if (time < places.fullUntil) return false;
      const [idlest, { usedAt }] = findIdlest(places.byValue);
      // Until then no place can become free, and nothing needs to be looked at.
      places.fullUntil = usedAt + IDLE_MS;
      if (time < places.fullUntil) return false;
      places.byValue.delete(idlest);
      onFreed(label, idlest);
    }
    places.byValue.set(value, { usedAt: time });
    return true;
  }

  return {
    valuesOf: (label) => [...(placesByLabel.get(label)?.byValue.keys() ?? []), OVERFLOW],
    of(definition) {
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
    },
  };
}

interface Places {
  readonly byValue: Map<string, { usedAt: number }>;
  /** Before that time no value will have been idle for long enough. */
  fullUntil: number;
}

function findIdlest(byValue: Places['byValue']): [value: string, place: { usedAt: number }] {
  return [...byValue].reduce((idlest, next) => (next[1].usedAt < idlest[1].usedAt ? next : idlest));
}

/**
 * All label sets of a metric.
 * @param valuesOf an open label; default: none, so that a metric which has one has no sets
 */
export function labelSetsOf(
  definition: MetricDefinition,
  valuesOf: (label: string) => readonly string[] = () => [],
): Labels[] {
  let sets: Labels[] = [{}];
  for (const [label, spec] of Object.entries(definition.labels)) {
    const values = isBounded(spec) ? spec : valuesOf(label);
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value })));
  }
  return sets;
}
