import type { Random } from '../random.ts';
import type { Bed, BedOptions } from './bed.ts';

/** One way in which things break, and what must hold then. */
export interface Fault {
  /** In lower case with dashes, as `--only` takes it. */
  name: string;
  /** What is done. */
  what: string;
  /** What must hold, for people; `run` is what holds it. */
  limit: string;
  /** It measures rates: nothing else goes on beside it. */
  alone?: boolean;
  /** @throws SkipFault where this machine cannot do it */
  run(context: FaultContext): Promise<FaultResult>;
}

export interface FaultContext {
  seed: number;
  random: Random;
  /** false = the short version, for every day. */
  full: boolean;
  /** Where downloaded programs are kept. */
  programDir: string;
  /** PATH of the caller. */
  searchPath: string;
  /** A new folder of this fault's own. */
  makeFolder(purpose: string): string;
  /** Servers and processes of this fault's own; stopped after it. */
  startBed(options?: BedOptions): Promise<Bed>;
  /** To be called when the fault is over, however it ended; the last one first. */
  defer(cleanUp: () => Promise<unknown> | void): void;
  /** Rejects when the drill is to end early; what `startBed` and `defer` know of is stopped anyway. */
  interrupted: Promise<never>;
  /** Tells what goes on just now, in a few words. */
  progress(what: string): void;
}

export interface FaultResult {
  /** null = not a figure of this fault. */
  lost: number | null;
  dup: number | null;
  stuckMs: number | null;
  fx: number | null;
  /** Other figures in words, e.g. `work resumed after 0.8 s`. */
  figures: string[];
  /** Limits that were not kept; empty = passed. */
  misses: string[];
  /** Processes that were killed with SIGKILL or SIGQUIT. */
  kills: number;
}

/** This machine lacks what the fault takes; `message` says what. */
export class SkipFault extends Error {}
