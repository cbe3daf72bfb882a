import { labelSetsOf, type Labels, OVERFLOW } from './label-guard.ts';
import { isBounded, type MetricDefinition } from './metric.ts';
import { findIdle, findUnfair, IDLE_MS, type Place } from './places.ts';

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
  /** Called with the last open label of a new label set for which there is no room. */
  onFull: (label: string) => void;
}

export interface SeriesBudget {
  /** @param remove removes a series */
  of(definition: MetricDefinition, remove: (labels: Labels) => void): SeriesOfMetric;
}

interface SeriesOfMetric {
  /**
   * @param heldBy for whom they are recorded
   * @returns the labels under which to record these labels
   */
  shorten(labels: Labels, heldBy: string | undefined): Labels;
  /** Call it when the series with these labels was removed. */
  forget(labels: Labels): void;
}

/**
 * Bounds the series of a process, because limits of labels multiply: 100 shops with 100 articles have 10,000 label sets.
 * A new label set without a place is counted under the one whose last open label is `other`, or its last two, and so
 * on: no count is lost. A histogram uses a series per bucket.
 */
export function createSeriesBudget({ maxSeries, now, onFull }: SeriesBudgetConfig): SeriesBudget {
  const budget: Budget = { maxSeries, used: 0, now };
  return {
    of(definition, remove) {
      const open = openLabelsOf(definition);
      // The limit of the label is enough for one series a label set.
      if (open.length === 0 || (open.length === 1 && sizeOf(definition) === 1)) {
        if (open.length === 0) budget.used += sizeOf(definition) * labelSetsOf(definition).length;
        return { shorten: (labels) => labels, forget: () => {} };
      }
      const sets = new PlacedSets(budget, definition, remove);
      return {
        forget: (labels) => sets.forget(labels),
        shorten(labels, heldBy) {
          if (sets.admit(labels, { heldBy, isWhole: true, isLast: false })) return labels;
          onFull(open[0]!);
          if (sets.replace(labels, heldBy)) return labels;
          const shortened: Record<string, string> = { ...labels };
          for (const label of open) {
            shortened[label] = OVERFLOW;
            const isLast = label === open.at(-1);
            if (sets.admit(shortened, { heldBy, isWhole: false, isLast })) break;
          }
          return shortened;
        },
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
  /** Holders to whom nobody gives way, as long as the sets are the same. A search reads thousands of sets. */
  readonly #refused = new Set<string | undefined>();

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
  admit(
    labels: Labels,
    { heldBy, isWhole, isLast }: { heldBy: string | undefined; isWhole: boolean; isLast: boolean },
  ): boolean {
    const key = this.#keyOf(labels);
    const usedAt = this.#budget.now();
    const set = this.#byKey.get(key);
    if (set) {
      set.usedAt = usedAt;
      set.heldBy = heldBy ?? set.heldBy;
      return true;
    }
    if (!this.#hasRoom(isWhole)) this.#freeIdle(usedAt);
    if (!isLast && !this.#hasRoom(isWhole)) return false;
    this.#add({ labels, usedAt, heldBy, isWhole });
    return true;
  }

  /** @returns whether the new set took the place of one whose holder has too many */
  replace(labels: Labels, heldBy: string | undefined): boolean {
    if (this.#refused.has(heldBy)) return false;
    const whole = [...this.#byKey.values()].filter(({ isWhole }) => isWhole);
    const unfair = findUnfair(whole, heldBy);
    if (unfair === undefined) {
      this.#refused.add(heldBy);
      return false;
    }
    this.#remove(unfair.labels);
    this.forget(unfair.labels);
    this.#add({ labels, usedAt: this.#budget.now(), heldBy, isWhole: true });
    return true;
  }

  #add(set: UsedSet): void {
    this.#byKey.set(this.#keyOf(set.labels), set);
    this.#budget.used += this.#size;
    if (set.isWhole) this.#whole += 1;
    this.#refused.clear();
  }

  forget(labels: Labels): void {
    this.#drop(this.#keyOf(labels));
  }

  #keyOf(labels: Labels): string {
    return this.#names.map((name) => labels[name]).join('\n');
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
    if (time < this.#fullUntil) return;
    const sets = [...this.#byKey.values()];
    const idle = findIdle(sets, time);
    if (idle === undefined) {
      this.#fullUntil = IDLE_MS + sets.reduce((least, { usedAt }) => Math.min(least, usedAt), time);
      return;
    }
    this.#remove(idle.labels);
    this.forget(idle.labels);
  }

  #drop(key: string): void {
    const set = this.#byKey.get(key);
    if (!set) return;
    this.#byKey.delete(key);
    this.#budget.used -= this.#size;
    if (set.isWhole) this.#whole -= 1;
    this.#refused.clear();
  }
}

interface UsedSet extends Place {
  readonly labels: Labels;
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
