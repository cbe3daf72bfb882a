import { hash } from 'node:crypto';
import { isBounded, type MetricDefinition } from '@aio/catalog/metric';

export type Labels = Readonly<Record<string, string>>;

/** What a value becomes when its label has as many values as it may. */
export const OVERFLOW = 'other';

/** A value that is not recorded for so long gives its place to the next new one. */
const IDLE_MS = 24 * 3600 * 1000;

interface LabelGuardConfig {
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** Whether hashes stand in the place of values that name people. */
  hashPeople: boolean;
  /** Called when a value has lost its place, before another takes it: series with these labels are to go. */
  onFreed: (labels: Labels) => void;
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
 * nobody wants its place, an idle value keeps it, and its series their counts. Of a label that is counted within
 * another, pairs of the two have places.
 */
export function createLabelGuard({ now, hashPeople, onFreed }: LabelGuardConfig): LabelGuard {
  const placesByLabel = new Map<string, Places>();

  /** Whether the value has a place, or gets one; `outer`: that of the label within which it is counted. */
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
      // Until then no place can become free, and nothing needs to be looked at.
      places.fullUntil = idle.usedAt + IDLE_MS;
      if (time < places.fullUntil) return false;
      places.byKey.delete(idlest);
      onFreed(idle.labels);
    }
    const labels = { ...(within !== undefined && { [within]: outer }), [label]: value };
    places.byKey.set(key, { usedAt: time, labels });
    return true;
  }

  function guardOne(spec: OpenSpec, given: string, outer: string): string {
    // A value of this name shares its series with all later ones, which must not vanish with it.
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
      const open = Object.entries(definition.labels).flatMap(([label, spec]): OpenSpec[] => {
        if (isBounded(spec)) return [];
        const { upTo, within, isPersonal = false } = spec;
        return [{ label, upTo, within, isHashed: isPersonal && hashPeople }];
      });
      if (open.length === 0) return (labels) => labels;
      return function guard(labels) {
        let guarded: Record<string, string> | undefined;
        for (const spec of open) {
          const { label, within } = spec;
          const given = labels[label] ?? '';
          const outer = within === undefined ? '' : ((guarded ?? labels)[within] ?? '');
          const value = guardOne(spec, given, outer);
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

/** What stands in the place of a value that names somebody: short, and the same in all processes. */
function pseudonymOf(value: string): string {
  return hash('sha256', value).slice(0, 12);
}

interface OpenSpec {
  readonly label: string;
  readonly upTo: number;
  readonly within: string | undefined;
  readonly isHashed: boolean;
}

interface Place {
  usedAt: number;
  /** Those of its series. */
  readonly labels: Labels;
}

interface Places {
  /** By the value, or by the pair. */
  readonly byKey: Map<string, Place>;
  /** Before that time no value will have been idle for long enough. */
  fullUntil: number;
}

function findIdlest(byKey: Places['byKey']): [key: string, place: Place] {
  return [...byKey].reduce((idlest, next) => (next[1].usedAt < idlest[1].usedAt ? next : idlest));
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
