import type { OwnServers } from '../lib/own-servers.ts';
import type { Measured } from './guard-rails.ts';

/** What a part of the bench stands on. */
export interface BenchContext {
  servers: OwnServers;
  /** For data and logs; gone afterwards. */
  dataDir: string;
  /** PATH of the caller. */
  searchPath: string;
  /** Where what was downloaded and built is kept: AIO_DATA_DIR. */
  programDir: string;
  rounds: number;
  /** With a hundredth of the data, where a part has much. */
  short: boolean;
  /** Progress, for people who wait. */
  say(line: string): void;
  /** A database on the same server, with the product's schema or empty, until the part is over. @returns its URL */
  createDatabase(name: string, options: { migrated: boolean }): Promise<string>;
  /** What begins here is ended when the part is over, whatever happens, in reverse order. */
  onEnd(stop: () => unknown): void;
  /** The part fails as soon as this rejects, whatever it waits for. */
  failWith(failure: Promise<never>): void;
}

/** Rows of cells; the first row is the head. */
export interface Table {
  title: string;
  rows: readonly (readonly string[])[];
}

export interface PartResult {
  tables: Table[];
  /** What guard rails judge. */
  measured: Measured;
  /** How it was measured, for people. */
  method: string;
}

export interface BenchPart {
  /** On the command line. */
  name: string;
  run(context: BenchContext): Promise<PartResult>;
}

export interface PartReport {
  part: string;
  seconds: number;
  /** An error when the part did not come to its end. */
  result: PartResult | Error;
}
