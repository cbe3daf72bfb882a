import { hash } from 'node:crypto';
import { isBounded, type MetricDefinition } from './metric.ts';

export type Labels = Readonly<Record<string, string>>;

/** Replaces values beyond the limit of a label. */
export const OVERFLOW = 'other';

/** A value that is idle this long gives its place to the next new value. */
const IDLE_MS = 24 * 3600 * 1000;

interface LabelGuardConfig {
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Whether values that identify people are replaced by hashes. */
  hashPeople: boolean;
  /** Called when a value loses its place, before another takes it. Series with these labels must be removed. */
  onFreed: (labels: Labels) => void;
}

export interface LabelGuard {
  /** @returns the labels under which to record these labels */
  of(definition: MetricDefinition): (labels: Labels) => Labels;
  /** Current values of an open label: those with a place, and `other`. */
  valuesOf(label: string): string[];
}

/**
 * Keeps labels bounded. A value that a bounded label does not have becomes `other`. Of an open label, the first `upTo` values keep their names, later ones become `other`, for all metrics with the
 * label alike. When all places are taken, a new value replaces the longest idle one, if it has been idle for a day or
 * more. Until then, an idle value keeps its place and its counts. With `within`, pairs of both labels have places.
 */
export function createLabelGuard({ now, hashPeople, onFreed }: LabelGuardConfig): LabelGuard {
  const placesByLabel = new Map<string, Places>();

  /** Whether the value has or gets a place. `outer` = value of the `within` label. */
  function admit({ label, upTo, within }: OpenSpec, value: string, outer: string): boolean {
    let places = placesByLabel.get(label);
    if (!places) placesByLabel.set(label, (places = { byKey: new Map(), fullUntil: 0 }));
    const time = now();
    const key = within === undefined ? value : `${outer} ${value}`;
    const place = places.byKey.get(key);
    if (place) {
      place.usedAt = time;
      return true;
    }
    if (places.byKey.size >= upTo) {
      if (time < places.fullUntil) return false;
      const [idlest, idle] = findIdlest(places.byKey);
      // No place can become free before this time, so skip the search until then.
      places.fullUntil = idle.usedAt + IDLE_MS;
      if (time < places.fullUntil) return false;
      places.byKey.delete(idlest);
      onFreed(idle.labels);
    }
    const labels = { ...(within !== undefined && { [within]: outer }), [label]: value };
    places.byKey.set(key, { usedAt: time, labels });
    return true;
  }

  function guardOpen(spec: OpenSpec, given: string, labels: Labels): string {
    const outer = spec.within === undefined ? '' : (labels[spec.within] ?? '');
    // A value named `other` shares its series with all later values and must not remove it.
    if (given === OVERFLOW || outer === OVERFLOW) return OVERFLOW;
    const value = spec.isHashed ? pseudonymOf(given) : given;
    return admit(spec, value, outer) ? value : OVERFLOW;
  }

  return {
    valuesOf(label) {
      const places = [...(placesByLabel.get(label)?.byKey.values() ?? [])];
      return [...new Set(places.map(({ labels }) => labels[label]!)), OVERFLOW];
    },
    of(definition) {
      const specs = Object.entries(definition.labels).map(([label, spec]): Spec => {
        if (isBounded(spec)) return { label, values: new Set(spec) };
        const { upTo, within, isPersonal = false } = spec;
        return { label, upTo, within, isHashed: isPersonal && hashPeople };
      });
      if (specs.length === 0) return (labels) => labels;
      return function guard(labels) {
        let guarded: Record<string, string> | undefined;
        for (const spec of specs) {
          const { label } = spec;
          const given = labels[label] ?? '';
          const value =
            'values' in spec ? boundedTo(spec, given) : guardOpen(spec, given, guarded ?? labels);
          if (value !== given) {
            guarded ??= { ...labels };
            guarded[label] = value;
          }
        }
        return guarded ?? labels;
      };
    },
  };
}

/** Replacement of a personal value: short, and equal in all processes. */
export function pseudonymOf(value: string): string {
  return hash('sha256', value).slice(0, 12);
}

function boundedTo({ values }: BoundedSpec, given: string): string {
  return values.has(given) ? given : OVERFLOW;
}

type Spec = BoundedSpec | OpenSpec;

interface BoundedSpec {
  readonly label: string;
  readonly values: ReadonlySet<string>;
}

interface OpenSpec {
  readonly label: string;
  readonly upTo: number;
  readonly within: string | undefined;
  readonly isHashed: boolean;
}

interface Place {
  usedAt: number;
  /** Labels of its series. */
  readonly labels: Labels;
}

interface Places {
  /** By value, or by pair. */
  readonly byKey: Map<string, Place>;
  /** Until this time, no value has been idle long enough. */
  fullUntil: number;
}

function findIdlest(byKey: Places['byKey']): [key: string, place: Place] {
  return [...byKey].reduce((idlest, next) => (next[1].usedAt < idlest[1].usedAt ? next : idlest));
}

/**
 * All label sets of a metric.
 * @param valuesOf values of an open label; default: none, so a metric with an open label has no sets
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
