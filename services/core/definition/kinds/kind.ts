/** What the definition language knows about a kind of step; how it executes is the worker's matter. */

import type { TObject } from 'typebox';
import type { Fault } from '../../errors.ts';
import type { CheckPattern } from '../../expression/pattern-check.ts';

/** The lane of what takes no slot. Kinds that keep a worker busy have lanes of their own. */
export const DEFAULT_LANE = 'default';

/** What an attempt may wait for without a worker. */
export type KindWait = 'delay' | 'approval' | 'event' | 'child';

export interface KindDefinition<
  Name extends string = string,
  With extends TObject = TObject,
  Expands extends boolean = boolean,
> {
  /** Lower case letters; the name of the kind's files, too. */
  readonly kind: Name;
  readonly description: string;
  readonly lane: string;
  /** Its steps that a worker executes at once unless `WORKER_KINDS` says otherwise; null in the default lane. */
  readonly slots: number | null;
  /** What its attempts wait for without a worker once they have asked for it; null = they never wait. */
  readonly waitsFor: KindWait | null;
  /** true = the engine expands such a step into items (`over`, `concurrency`, `step`), and no worker executes it. */
  readonly expandsItems: Expands;
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
  /** As `check`, of the written `with` alone. */
  readonly checkWritten?: (
    value: Readonly<Record<string, unknown>>,
    context: WrittenContext,
  ) => void;
}

/** What the checks of one definition share. */
export interface WrittenContext {
  readonly checkPattern: CheckPattern;
  /** Adds faults whose pointers start at `field`, a pointer into `with`. */
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
