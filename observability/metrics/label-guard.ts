import { hash } from 'node:crypto';
import { isBounded, type MetricDefinition, type OpenLabel } from './metric.ts';
import { Places } from './places.ts';

export type Labels = Readonly<Record<string, string>>;

/** Replaces values beyond the limit of a label. */
export const OVERFLOW = 'other';

interface LabelGuardConfig {
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Whether values that identify people are replaced by hashes. */
  hashPeople: boolean;
  /** Called with a label when a new value finds no free place. */
  onFull: (label: string) => void;
}

export interface LabelGuard {
  /**
   * @param remove called with all labels of each series whose name lost its place
   * @returns the labels under which to record these labels; `heldBy` is not among them
   */
  of(definition: MetricDefinition, remove: (labels: Labels) => void): (labels: Labels) => Labels;
}

/**
 * Keeps labels bounded. A value that a bounded label does not have becomes `other`. Of an open label, the first `upTo`
 * values keep their names, later ones become `other`; `Places` says when a later one takes the place of another. Labels
 * that are one object in several definitions share their places, so that a name is the same in all these metrics. With
 * `within`, pairs of both labels have places.
 */
export function createLabelGuard({ now, hashPeople, onFull }: LabelGuardConfig): LabelGuard {
  const placesBySpec = new Map<OpenLabel, Places>();

  function placesOf(spec: OpenLabel): Places {
    const places = placesBySpec.get(spec) ?? new Places(spec, now);
    placesBySpec.set(spec, places);
    return places;
  }

  return {
    of(definition, remove) {
      const specs = Object.entries(definition.labels);
      if (specs.length === 0) return (labels) => labels;

      /** The client removes a series only by all its labels. */
      function removeAll(freed: Labels): void {
        const valuesOf = (label: string, spec: OpenLabel) =>
          Object.hasOwn(freed, label) ? [freed[label]!] : [...placesOf(spec).values(), OVERFLOW];
        for (const labels of labelSetsOf(definition, valuesOf)) remove(labels);
      }

      const guards = specs.map(([label, spec]): readonly [string, ValueGuard] => {
        if (isBounded(spec)) {
          const values = new Set(spec);
          return [label, (given) => (values.has(given) ? given : OVERFLOW)];
        }
        const { within, isPersonal = false } = spec;
        const places = placesOf(spec);
        places.onFreed.push(({ value, outer }) =>
          removeAll({ ...(within !== undefined && { [within]: outer }), [label]: value }),
        );
        return [
          label,
          (given, labels, heldBy) => {
            const outer = within === undefined ? '' : (labels[within] ?? '');
            // A value named `other` shares its series with all later values and must not remove it.
            if (given === OVERFLOW || outer === OVERFLOW) return OVERFLOW;
            const value = isPersonal && hashPeople ? pseudonymOf(given) : given;
            return places.admit({ value, outer, heldBy }, () => onFull(label)) ? value : OVERFLOW;
          },
        ];
      });

      return function guard({ heldBy, ...given }) {
        const labels: Record<string, string> = given;
        for (const [label, valueOf] of guards) {
          const value = labels[label] ?? '';
          const guarded = valueOf(value, labels, heldBy);
          if (guarded !== value) labels[label] = guarded;
        }
        return labels;
      };
    },
  };
}

/** @returns the value to record; in `labels`, those before this one are guarded already */
type ValueGuard = (given: string, labels: Labels, heldBy: string | undefined) => string;

/** Replacement of a personal value: short, and equal in all processes. */
function pseudonymOf(value: string): string {
  return hash('sha256', value).slice(0, 12);
}

/**
 * All label sets of a metric.
 * @param valuesOf values of an open label; default: none, so a metric with an open label has no sets
 */
export function labelSetsOf(
  definition: MetricDefinition,
  valuesOf: (label: string, spec: OpenLabel) => readonly string[] = () => [],
): Labels[] {
  let sets: Labels[] = [{}];
  for (const [label, spec] of Object.entries(definition.labels)) {
    const values = isBounded(spec) ? spec : valuesOf(label, spec);
    sets = sets.flatMap((set) => values.map((value) => ({ ...set, [label]: value })));
  }
  return sets;
}
