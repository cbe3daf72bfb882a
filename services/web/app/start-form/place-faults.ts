import type { Fault } from '../../shared/api.ts';
import type { Field } from './field.ts';

/**
 * Faults by the field that their pointer leads to or into. `prefix` is the input's pointer in the
 * request body.
 */
export function placeFaults(
  faults: readonly Fault[],
  fields: readonly Field[],
  prefix = '',
): { byField: Map<string, Fault[]>; others: Fault[] } {
  const byField = new Map<string, Fault[]>();
  const others: Fault[] = [];
  for (const fault of faults) {
    const pointer = fault.pointer.startsWith(`${prefix}/`)
      ? fault.pointer.slice(prefix.length)
      : fault.pointer;
    const field = fields.find(
      (candidate) => pointer === candidate.pointer || pointer.startsWith(`${candidate.pointer}/`),
    );
    if (field) byField.set(field.name, [...(byField.get(field.name) ?? []), fault]);
    else others.push(fault);
  }
  return { byField, others };
}
