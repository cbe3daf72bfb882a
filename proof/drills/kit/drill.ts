import type { Random } from '@aio/loadtest/workflows/random';
import type { Bed, BedOptions } from '../../bed/bed.ts';
import type { Checks } from './checks.ts';

/** Longest allowed wait of a dead worker's runs, including the shipped lease of 10 s. */
export const STUCK_LIMIT_MS = 20_000;
/** For drills with many takeovers. */
export const SHORT_LEASE = { WORKER_LEASE_MS: '2000' };

/** Breaks AIO on its own servers, and checks what must still hold. */
export interface Drill {
  /** In lower case with dashes; `--only` takes it. */
  name: string;
  /** Other names that `--only` accepts. */
  aliases?: readonly string[];
  /** Describes the drill for people. */
  what: string;
  /** Describes for people the conditions that `run` checks. */
  limits: string;
  /** Measures rates, so no other drill may run at the same time. */
  alone?: boolean;
  /** @throws SkipDrill if this machine lacks something that the drill needs */
  run(context: DrillContext): Promise<void>;
}

/** Where drills look for programs. */
export interface Machine {
  /** Folder of downloaded programs. */
  programDir: string;
  /** PATH of the caller. */
  searchPath: string;
}

export interface DrillContext extends Machine {
  seed: number;
  random: Random;
  /** false = the short version. */
  full: boolean;
  /** Collects the drill's figures. A missed limit fails the drill. */
  readonly checks: Checks;
  /** Makes a folder that only this drill uses. */
  makeFolder(purpose: string): string;
  /** Starts servers and processes, and stops them after the drill. */
  startBed(options?: BedOptions): Promise<Bed>;
  /** Runs `cleanUp` when the drill ends, even if it fails. The last one runs first. */
  defer(cleanUp: () => Promise<unknown> | void): void;
  /** Shows the current phase in a few words. */
  progress(what: string): void;
}
