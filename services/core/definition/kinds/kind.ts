/** Properties of a kind of step in the definition language. The worker knows how to execute it. */

import type { TObject } from 'typebox';
import type { Fault } from '../../errors.ts';
import type { CheckPattern } from '../../expression/pattern-check.ts';

/** The lane of steps that take no slot. Kinds that call other services have separate lanes. */
export const DEFAULT_LANE = 'default';

/** A wait of a step that needs no worker. */
export type KindWait = 'delay' | 'approval' | 'event' | 'child';

export interface KindDefinition<
  Name extends string = string,
  With extends TObject = TObject,
  Expands extends boolean = boolean,
> {
  /** Lower-case letters. Also the name of the kind's files. */
  readonly kind: Name;
  readonly description: string;
  readonly lane: string;
  /** Concurrent steps per worker, unless `WORKER_KINDS` sets another number. Not for the default lane. */
  readonly slots?: number;
  /** The wait of its attempts, which needs no worker; null = they never wait. */
  readonly waitsFor: KindWait | null;
  /** true = the engine expands the step into items (`over`, `concurrency`, `step`), and no executor runs it. */
  readonly expandsItems: Expands;
  /**
   * Schema of the evaluated `with`. In a definition, each value inside may be a template, except in
   * `literalFields`.
   */
  readonly with: With;
  /** false = `with` is optional. */
  readonly withRequired: boolean;
  /** Default timeout of an attempt; null = none. */
  readonly defaultTimeoutMs: number | null;
  /** Longest timeout of an attempt, as a duration of the language. An attempt keeps a slot that others want. */
  readonly maxTimeout?: string;
  /** Field of `with` that names a shared resource, such as a model, whose rate can be limited. */
  readonly resourceField?: string;
  /** Fields of `with` that allow `secrets.<name>`. */
  readonly secretFields?: readonly string[];
  /** Fields of `with` that allow no templates. */
  readonly literalFields?: readonly string[];
  /**
   * Checks that a schema cannot express. It receives the written `with` (values may be templates,
   * types may be wrong), and later the evaluated one. Pointers are relative to `with`.
   */
  readonly check?: (value: Readonly<Record<string, unknown>>) => Fault[];
  /** As `check`, but only for the written `with`. */
  readonly checkWritten?: (
    value: Readonly<Record<string, unknown>>,
    context: WrittenContext,
  ) => void;
}

export interface WrittenContext {
  readonly checkPattern: CheckPattern;
  /** Adds faults. `field` is a pointer into `with`, which prefixes their pointers. */
  readonly addFaults: (faults: readonly Fault[], field: string) => void;
}

/** Keeps the literal types of a kind's name, schema and `expandsItems`. */
export function defineKind<
  const Name extends string,
  With extends TObject,
  const Expands extends boolean,
>(definition: KindDefinition<Name, With, Expands>): KindDefinition<Name, With, Expands> {
  return definition;
}
