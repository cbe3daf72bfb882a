import { labelSetsOf, type Labels, OVERFLOW } from './label-guard.ts';
import { isBounded, type MetricDefinition } from './metric.ts';

/** A label set that is idle this long gives its place to the next new one. */
const IDLE_MS = 24 * 3600 * 1000;
/** Part of the budget that one metric may use, and when most of the budget is used, so that the others have room. */
const PER_METRIC = { usual: 3 / 8, scarce: 1 / 8 };
const SCARCE_FROM = 3 / 4;
/** From here on, only counters get places, and only with the names of the first labels. */
const RESERVED_FROM = 7 / 8;
/** Part of that for label sets with all their names. The rest keeps the names of the first labels. */
const WHOLE = 3 / 4;

interface SeriesBudgetConfig {
  maxSeries: number;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

export interface SeriesBudget {
  /**
   * @param remove removes a series
   * @returns the labels under which to record these labels
   */
  of(definition: MetricDefinition, remove: (labels: Labels) => void): (labels: Labels) => Labels;
  /** Call it when all series with these labels were removed. */
  forget(labels: Labels): void;
}

/**
 * Bounds the series of a process, because limits of labels multiply: 100 shops with 100 articles have 10,000 label sets.
 * A new label set without a place is counted under the one whose last open label is `other`, or its last two, and so
 * on: no count is lost. A histogram uses a series per bucket.
 */
export function createSeriesBudget({ maxSeries, now }: SeriesBudgetConfig): SeriesBudget {
  const budget: Budget = { maxSeries, used: 0, now };
  const metrics: PlacedSets[] = [];
  return {
    forget: (labels) => metrics.forEach((sets) => sets.forget(labels)),
    of(definition, remove) {
      const open = openLabelsOf(definition);
      // The limit of the label is enough for one series a label set.
      if (open.length === 0 || (open.length === 1 && sizeOf(definition) === 1)) {
        if (open.length === 0) budget.used += sizeOf(definition) * labelSetsOf(definition).length;
        return (labels) => labels;
      }
      const sets = new PlacedSets(budget, definition, remove);
      metrics.push(sets);
      return function guard(labels) {
        if (sets.admit(labels, { isWhole: true, isLast: false })) return labels;
        const shortened: Record<string, string> = { ...labels };
        for (const label of open) {
          shortened[label] = OVERFLOW;
          if (sets.admit(shortened, { isWhole: false, isLast: label === open.at(-1) })) break;
        }
        return shortened;
      };
    },
  };
}

interface Budget {
  readonly maxSeries: number;
  used: number;
  readonly now: () => number;
}

/** The label sets of a metric that have a place. */
class PlacedSets {
  readonly #budget: Budget;
  readonly #names: readonly string[];
  /** Series of a label set. */
  readonly #size: number;
  readonly #wholeShare: number;
  readonly #remove: (labels: Labels) => void;
  readonly #byKey = new Map<string, UsedSet>();
  #whole = 0;
  /** Until this time, no set has been idle long enough. */
  #fullUntil = 0;

  constructor(budget: Budget, definition: MetricDefinition, remove: (labels: Labels) => void) {
    this.#budget = budget;
    this.#names = Object.keys(definition.labels);
    this.#size = sizeOf(definition);
    this.#wholeShare = openLabelsOf(definition).length > 1 ? WHOLE : 1;
    this.#remove = remove;
  }

  /**
   * @param how.isWhole no label was shortened
   * @param how.isLast it must have a place, because no other set can count it
   * @returns whether the set has or gets a place
   */
  admit(labels: Labels, { isWhole, isLast }: { isWhole: boolean; isLast: boolean }): boolean {
    const key = this.#names.map((name) => labels[name]).join('\n');
    const usedAt = this.#budget.now();
    const set = this.#byKey.get(key);
    if (set) {
      set.usedAt = usedAt;
      return true;
    }
    if (!this.#hasRoom(isWhole)) this.#freeIdle(usedAt);
    if (!isLast && !this.#hasRoom(isWhole)) return false;
    this.#byKey.set(key, { labels, usedAt, isWhole });
    this.#budget.used += this.#size;
    if (isWhole) this.#whole += 1;
    return true;
  }

  forget(freed: Labels): void {
    for (const [key, { labels }] of this.#byKey)
      if (Object.entries(freed).every(([label, value]) => labels[label] === value)) this.#drop(key);
  }

  #hasRoom(isWhole: boolean): boolean {
    const { used, maxSeries } = this.#budget;
    const isFrugal = this.#size === 1 && !isWhole;
    if (used + this.#size > maxSeries * (isFrugal ? 1 : RESERVED_FROM)) return false;
    const share = maxSeries * PER_METRIC[used < maxSeries * SCARCE_FROM ? 'usual' : 'scarce'];
    const most = Math.floor(share / this.#size);
    return this.#byKey.size < most && (!isWhole || this.#whole < most * this.#wholeShare);
  }

  #freeIdle(time: number): void {
    if (time < this.#fullUntil || this.#byKey.size === 0) return;
    const [key, idlest] = [...this.#byKey].reduce((a, b) => (b[1].usedAt < a[1].usedAt ? b : a));
    this.#fullUntil = idlest.usedAt + IDLE_MS;
    if (time < this.#fullUntil) return;
    this.#remove(idlest.labels);
    this.#drop(key);
  }

  #drop(key: string): void {
    const set = this.#byKey.get(key);
    if (!set) return;
    this.#byKey.delete(key);
    this.#budget.used -= this.#size;
    if (set.isWhole) this.#whole -= 1;
  }
}

interface UsedSet {
  readonly labels: Labels;
  usedAt: number;
  readonly isWhole: boolean;
}

/** Series per label set. A histogram has one per bucket, `+Inf`, sum and count. */
function sizeOf(definition: MetricDefinition): number {
  return definition.type === 'histogram' ? definition.buckets.length + 3 : 1;
}

/** The last one first. */
function openLabelsOf({ labels }: MetricDefinition): string[] {
  return Object.keys(labels)
    .filter((label) => !isBounded(labels[label]!))
    .toReversed();
}
