import type { OpenLabel } from './metric.ts';

/** What is idle this long gives its place to the next new name. */
const IDLE_MS = 24 * 3600 * 1000;
/** Who holds more than this part of the places gives one to a new name of another. */
const FAIR_SHARE = 1 / 4;

/** A name of an open label. */
export interface Name {
  readonly value: string;
  /** Value of the `within` label; '' without one. */
  readonly outer: string;
  /** For whom it is recorded; undefined = nobody was named. */
  readonly heldBy: string | undefined;
}

interface Place {
  heldBy: string | undefined;
  usedAt: number;
}

/** The names that an open label keeps, or the label sets of a metric. A new name takes a free place, one that is idle, or one of who has too many. */
export class Places {
  readonly #spec: OpenLabel;
  readonly #now: () => number;
  readonly #byKey = new Map<string, Name & Place>();
  /** Called when a name loses its place, before another takes it. */
  readonly onFreed: ((name: Name) => void)[] = [];

  /** @param now milliseconds of a clock that never goes back */
  constructor(spec: OpenLabel, now: () => number) {
    this.#spec = spec;
    this.#now = now;
  }

  /** Each once. */
  values(): string[] {
    return [...new Set(Array.from(this.#byKey.values(), ({ value }) => value))];
  }

  /**
   * @param onFull called if the name is new and finds no free place
   * @returns whether the name has or gets a place
   */
  admit(name: Name, onFull: () => void): boolean {
    const usedAt = this.#now();
    const known = this.#byKey.get(keyOf(name));
    if (known) {
      known.usedAt = usedAt;
      known.heldBy = name.heldBy ?? known.heldBy;
      return true;
    }
    if (!this.#makeRoom(name, usedAt, onFull)) return false;
    this.#byKey.set(keyOf(name), { ...name, usedAt });
    return true;
  }

  forget(name: Pick<Name, 'value' | 'outer'>): void {
    this.#byKey.delete(keyOf(name));
  }

  #makeRoom({ outer, heldBy }: Name, time: number, onFull: () => void): boolean {
    const { upTo, upToEach = Infinity } = this.#spec;
    const all = [...this.#byKey.values()];
    const ofOuter = all.filter((place) => place.outer === outer);
    // This limit harms no other name, so it is not "full".
    if (ofOuter.length >= upToEach) return this.#free(findIdle(ofOuter, time));
    if (all.length < upTo || this.#free(findIdle(all, time))) return true;
    onFull();
    return this.#free(findUnfair(all, heldBy));
  }

  #free(place: (Name & Place) | undefined): boolean {
    if (place === undefined) return false;
    this.#byKey.delete(keyOf(place));
    for (const listener of this.onFreed) listener(place);
    return true;
  }
}

/** @returns the longest idle place, if that is a day or more */
function findIdle<P extends Place>(places: readonly P[], time: number): P | undefined {
  const idle = idlest(places);
  return idle !== undefined && idle.usedAt <= time - IDLE_MS ? idle : undefined;
}

/**
 * @returns the longest idle place of the holder who has most, if that is more than a quarter. None if the new holder would
 * then have as many or more: two would take each other's places for ever, and every series would start anew.
 */
function findUnfair<P extends Place>(
  places: readonly P[],
  newHolder: string | undefined,
): P | undefined {
  const held = Map.groupBy(places, ({ heldBy }) => heldBy);
  const most = [...held.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
  const own = held.get(newHolder)?.length ?? 0;
  const isUnfair = most.length > places.length * FAIR_SHARE && most.length > own + 1;
  return isUnfair ? idlest(most) : undefined;
}

function keyOf({ value, outer }: Pick<Name, 'value' | 'outer'>): string {
  return `${outer}\n${value}`;
}

function idlest<P extends Place>(places: readonly P[]): P | undefined {
  let idle = places[0];
  for (const place of places) if (place.usedAt < idle!.usedAt) idle = place;
  return idle;
}
