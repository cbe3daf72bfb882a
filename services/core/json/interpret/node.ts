/** What keywords are read into, and what they work with. */

import type { Schema } from '../walk-schema.ts';
import type { Evaluated } from './evaluated.ts';
import type { Work } from './work.ts';

/** Where a value stands in the data; null = it is the data. */
export interface Path {
  readonly parent: Path | null;
  readonly key: string | number;
}

/** A schema applied to a value. */
export interface Application {
  readonly schema: Schema;
  readonly data: unknown;
  readonly path: Path | null;
  /** Takes what is looked at; null = nobody asks. */
  readonly evaluated: Evaluated | null;
  /** Whether faults are told, and looked for after the first. */
  readonly isTold: boolean;
}

/** One keyword of a schema, with those that belong to it; false = the data breaks it. */
export type Check = (at: Application, run: Run) => boolean;

/** Reads a keyword of a schema that has it; null = it has no say. */
export type ReadKeyword = (schema: Schema) => Check | null;

/** One validation. All of it throws ValidationTooCostly. */
export interface Run {
  readonly work: Work;
  /** Applies a schema to the same value. */
  applyInPlace(schema: unknown, at: Application): boolean;
  /** Applies a schema to a member or an item. */
  applyTo(schema: unknown, at: Application, key: string | number, data: unknown): boolean;
  /** Applies a schema to anything. */
  apply(
    schema: unknown,
    data: unknown,
    path: Path | null,
    evaluated: Evaluated | null,
    isTold: boolean,
  ): boolean;
  /** The schema that a reference names. Throws UnusableSchema. */
  resolve(reference: string): unknown;
  /** Says that the data breaks a keyword; gives false. */
  fail(at: Application, keyword: string, message: string, params?: Params): false;
  /** Whether to go on after a fault. */
  wantsMore(at: Application): boolean;
}

type Params = Record<string, unknown>;
