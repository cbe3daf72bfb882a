/** Types of an interpreted schema. */

import type { Schema } from '../walk-schema.ts';
import type { Evaluated } from './evaluated.ts';
import type { Work } from './work.ts';

/** Path of a value in the data; null = the data itself. */
export interface Path {
  readonly parent: Path | null;
  readonly key: string | number;
}

/** A schema applied to a value. */
export interface Application {
  readonly schema: Schema;
  readonly data: unknown;
  readonly path: Path | null;
  /** Receives the evaluated members and items; null = not needed. */
  readonly evaluated: Evaluated | null;
  /** Whether the validation collects errors and continues after the first. */
  readonly collectsErrors: boolean;
}

/** Checks one keyword and its companions; false = the data violates it. */
export type Check = (at: Application, run: Run) => boolean;

/** Reads a keyword of a schema; null = the keyword has no effect. */
export type ReadKeyword = (schema: Schema) => Check | null;

/** One validation. Every method can throw ValidationTooCostly. */
export interface Run {
  readonly work: Work;
  /** Applies a schema to the same value. */
  applyInPlace(schema: unknown, at: Application): boolean;
  /** Applies a schema to a member or an item. */
  applyTo(schema: unknown, at: Application, key: string | number, data: unknown): boolean;
  /** Applies a schema to any value. */
  apply(
    schema: unknown,
    data: unknown,
    path: Path | null,
    evaluated: Evaluated | null,
    collectsErrors: boolean,
  ): boolean;
  /** The schema that a reference points to. Throws UnusableSchema. */
  resolve(reference: string): unknown;
  /** Adds a fault, and returns false. */
  fail(at: Application, keyword: string, message: string, params?: Params): false;
  /** Whether to continue after a fault. */
  wantsMore(at: Application): boolean;
}

type Params = Record<string, unknown>;
