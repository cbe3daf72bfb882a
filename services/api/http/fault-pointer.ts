import type { Fault } from '@aio/core/errors';

/** Prefixes the pointers of the faults with the place of the faulty value. */
export function below(pointer: string, faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));
}
