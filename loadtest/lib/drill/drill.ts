import type { Random } from '../random.ts';
import type { Bed, BedOptions } from './bed.ts';
import type { Checks } from './checks.ts';
import type { Figure } from './figure.ts';

/** Something that is done to AIO on servers of its own, and what must hold then. */
export interface Drill {
  /** In lower case with dashes, as `--only` takes it. */
  name: string;
  /** Other names by which `--only` finds it. */
  aliases?: readonly string[];
  /** What is done. */
  what: string;
  /** What must hold, for people; `run` checks it. */
  limits: string;
  /** It measures rates: nothing else goes on beside it. */
  alone?: boolean;
  /** @throws SkipDrill where this machine cannot do it */
  run(context: DrillContext): Promise<void>;
}

export interface DrillContext {
  seed: number;
  random: Random;
  /** false = the short version, for every day. */
  full: boolean;
  /** Where downloaded programs are kept. */
  programDir: string;
  /** PATH of the caller. */
  searchPath: string;
  /** Takes the drill's figures; a limit that is missed fails it. */
  readonly checks: Checks;
  /** A new folder of this drill's own. */
  makeFolder(purpose: string): string;
  /** Servers and processes of this drill's own; stopped after it. */
  startBed(options?: BedOptions): Promise<Bed>;
  /** To be called when the drill is over, however it ended; the last one first. */
  defer(cleanUp: () => Promise<unknown> | void): void;
  /** Tells what goes on just now, in a few words. */
  progress(what: string): void;
}

export interface DrillResult {
  figures: Figure[];
  /** What else there is to tell, e.g. `120 runs`. */
  notes: string[];
  /** Limits that were not kept; empty = passed. */
  misses: string[];
  /** Processes that were killed with SIGKILL or SIGQUIT. */
  kills: number;
}

/** This machine lacks what the drill takes; `message` says what. */
export class SkipDrill extends Error {}
