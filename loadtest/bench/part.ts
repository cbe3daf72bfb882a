import type { OwnServers } from '../lib/own-servers.ts';
import type { Measured } from './guard-rails.ts';

export interface BenchContext {
  servers: OwnServers;
  /** For data and logs; removed after the part. */
  dataDir: string;
  /** PATH of the caller. */
  searchPath: string;
  /** AIO_DATA_DIR: downloaded and built programs. */
  programDir: string;
  rounds: number;
  /** Store a hundredth of the data (`growth`). */
  short: boolean;
  /** Prints progress. */
  say(line: string): void;
  /** Creates a database that is dropped when the part ends. `migrated`: with the schema. @returns its URL */
  createDatabase(name: string, options: { migrated: boolean }): Promise<string>;
  /** Calls `stop` when the part ends or fails, the last one first. */
  onEnd(stop: () => unknown): void;
  /** The part fails as soon as this rejects. */
  failWith(failure: Promise<never>): void;
}

/** The first row is the head. */
export interface Table {
  title: string;
  rows: readonly (readonly string[])[];
}

export interface PartResult {
  tables: Table[];
  /** Values for the guard rails. */
  measured: Measured;
  /** Printed: how it was measured. */
  method: string;
}

export interface BenchPart {
  /** Used on the command line. */
  name: string;
  run(context: BenchContext): Promise<PartResult>;
}

export interface PartReport {
  part: string;
  seconds: number;
  /** An error if the part failed. */
  result: PartResult | Error;
}
