/** What the definition language knows about a kind of step; how it executes is the worker's matter. */

import type { TObject } from 'typebox';
import type { Fault } from '../../errors.ts';

/** The lane of what takes no slot. Kinds that keep a worker busy have lanes of their own. */
export const DEFAULT_LANE = 'default';

export interface KindDefinition<Name extends string = string, With extends TObject = TObject> {
  readonly kind: Name;
  readonly description: string;
  readonly lane: string;
  /**
   * The evaluated `with`, as the kind gets it. In a definition every value inside it may be a
   * template as well, except in the fields of `literalFields`.
   */
  readonly with: With;
  /** false = the definition may leave `with` out. */
  readonly withRequired: boolean;
  /** Milliseconds an attempt may take unless the step says otherwise; null = no bound. */
  readonly defaultTimeoutMs: number | null;
  /** Field of `with` that names what calls share outside, such as a model: its rate can be limited. Absent = none does. */
  readonly resourceField?: string;
  /** Fields of `with` in which `secrets.<name>` may be used. */
  readonly secretFields: readonly string[];
  /** Fields of `with` that take no templates. */
  readonly literalFields: readonly string[];
  /**
   * What a schema cannot say. Called with the written `with` (values may be templates, types may be
   * wrong) and again with the evaluated one; pointers are relative to `with`.
   */
  readonly check?: (value: Readonly<Record<string, unknown>>) => Fault[];
}

/** Keeps the literal types of a kind's name and schema. */
export function defineKind<const Name extends string, With extends TObject>(
  definition: KindDefinition<Name, With>,
): KindDefinition<Name, With> {
  return definition;
}
