import type { Fault } from '../errors.ts';
import { compileSchema, type Validate } from '../json/schema-validator.ts';
import { stepKind, type StepKindName } from './kinds/registry.ts';

const validators = new Map<StepKindName, Validate>();

/**
 * Returns the validator of a kind's evaluated `with`, which all steps of the kind share. Its faults
 * fail a step with the code `invalid_with`.
 */
export function compileWith(name: StepKindName): Validate {
  const known = validators.get(name);
  if (known) return known;
  const kind = stepKind(name);
  const validateSchema = compileSchema(kind.with);
  const validate = (value: unknown): Fault[] => {
    const faults = validateSchema(value);
    if (faults.length > 0 || !kind.check) return faults;
    return kind.check(value as Record<string, unknown>);
  };
  validators.set(name, validate);
  return validate;
}
