import type { Fault } from '../errors.ts';
import { escapePointer } from '../json/pointer.ts';
import { MAX_FAULTS } from './limits.ts';

/** Collects faults up to a bound and counts the rest. */
export class FaultList {
  readonly #faults: Fault[] = [];
  #total = 0;

  /** Hints cost (they look for near names), so a fault beyond the bound is not even made. */
  add(makeFault: () => Fault): void {
    this.#total++;
    if (this.#faults.length < MAX_FAULTS) this.#faults.push(makeFault());
  }

  /** Adds faults whose pointers start at `pointer`. */
  addAll(faults: readonly Fault[], pointer = ''): void {
    for (const fault of faults) this.add(() => ({ ...fault, pointer: pointer + fault.pointer }));
  }

  get isFull(): boolean {
    return this.#faults.length >= MAX_FAULTS;
  }

  /** In the order they were found; one more at the end when some were left out. */
  toFaults(): Fault[] {
    const left = this.#total - this.#faults.length;
    if (left === 0) return this.#faults;
    return [
      ...this.#faults,
      { pointer: '', rule: 'more', message: `${left} more faults`, hint: 'mend these first' },
    ];
  }
}

/** Pointer to a step, or into it. */
export function stepPointer(id: string, ...path: (string | number)[]): string {
  return ['', 'steps', id, ...path].map((part) => escapePointer(String(part))).join('/');
}
