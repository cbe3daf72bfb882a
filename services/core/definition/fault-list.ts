import type { Fault } from '../errors.ts';
import { MORE_FAULTS } from '../json/describe-errors.ts';
import { escapePointer } from '../json/pointer.ts';
import { MAX_FAULTS } from './limits.ts';

/** Collects faults up to `MAX_FAULTS`. */
export class FaultList {
  readonly #faults: Fault[] = [];
  #hasMore = false;

  /** Creates the fault only below the limit, because hints cost time: they compare names. */
  add(makeFault: () => Fault): void {
    if (this.isFull) this.#hasMore = true;
    else this.#faults.push(makeFault());
  }

  /** Adds faults whose pointers start at `pointer`. */
  addAll(faults: readonly Fault[], pointer = ''): void {
    for (const fault of faults) {
      if (fault === MORE_FAULTS) this.#hasMore = true;
      else this.add(() => ({ ...fault, pointer: pointer + fault.pointer }));
    }
  }

  /** The list keeps no more faults, so further checks are useless. */
  get isFull(): boolean {
    return this.#faults.length >= MAX_FAULTS;
  }

  /** In the order of `add`. Ends with `MORE_FAULTS` if the list may be incomplete. */
  toFaults(): Fault[] {
    return this.#hasMore || this.isFull ? [...this.#faults, MORE_FAULTS] : this.#faults;
  }
}

/** Pointer to a step, or into it. */
export function stepPointer(id: string, ...path: (string | number)[]): string {
  return ['', 'steps', id, ...path].map((part) => escapePointer(String(part))).join('/');
}
