import type { PanelLink } from '@aio/catalog/alerts/alert';
import type { FaultPart } from '@aio/catalog/game-days';
import type { ApiClient } from '@aio/tools/system/client';
import type { SimulatorClient } from '@aio/tools/system/simulator-client';
import type { Pool } from 'pg';
import type { Loop } from '../bed/loop.ts';

/** An alert, or its series with these labels. */
export interface AlertMatch {
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The alerts that must follow something broken, and those that may. */
export interface AlertPromise {
  /** In lower case with dashes; `--only` takes it. */
  name: string;
  what: string;
  /** Every rule with these names must fire, and resolve after the repair. */
  fires: readonly AlertMatch[];
  /** Alerts that may fire because of the fault or its repair, and may still fire at the end: budgets burn for hours. */
  also?: readonly AlertMatch[];
  /** Alerts must reach the receiver within the limit of their severity. */
  hard?: boolean;
  /** The fault ends after this time, whether alerts have fired or not. Without it, it ends once they have arrived. */
  lastsMs?: number;
  /** Ask for it after half an hour of traffic: `npm run drill -- night`. */
  night?: {
    /** Longest time from the fault to firing, in seconds. */
    firesWithin: number;
    /** What the text of the alert should say, as far as the fault decides it, e.g. `60 %`. */
    truth: string;
  };
}

/** A fault that any AIO can have: that of a drill, and the one that runs on this machine. */
export interface Fault extends AlertPromise {
  hits: FaultPart;
  needs: readonly Need[];
  /** What users notice, and what AIO does about it. */
  users: string;
  engine: string;
  /** The panels that show it best, in addition to that of the alert. */
  panels: readonly [PanelLink, PanelLink];
  /** Breaks something under load, and resolves to the repair. Names of workflows must not reveal the fault. */
  inject(system: FaultSystem): Promise<Mend>;
}

export type Mend = () => Promise<unknown>;

/** What must be ours to break: started by us, and on this machine. */
export type Need =
  | 'simulator'
  | 'models'
  | 'worker'
  | 'two workers'
  | 'postgres'
  | 'redis'
  | 'builder';

/** What a fault may touch. */
export interface FaultSystem {
  readonly workers: readonly FaultyProcess[];
  readonly simulator: Pick<SimulatorClient, 'url' | 'holds' | 'release' | 'turn'>;
  /** With all rights. */
  readonly api: ApiClient;
  readonly db: Pool;
  /** Slots of all workers for http steps. */
  readonly httpSlots: number;
  /** Stops a server as a hung disk does: connections stay open, and nothing answers. @returns continues it */
  freeze(server: 'postgres' | 'redis'): Promise<Mend>;
  /** The API as another person, who owns what they submit. */
  asBuilder(): Promise<ApiClient>;
  /** Repeats `work` until you stop it or the fault ends. */
  repeat(everyMs: number, work: () => Promise<unknown>): Loop;
  progress(what: string): void;
}

/** A worker. Once killed, it stays down until `restart`. */
export interface FaultyProcess {
  readonly pid: number;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  restart(): Promise<void>;
}

/** A step that calls `/work` of the simulator, e.g. with the query `ms=20`. */
export function callOf({ simulator }: Pick<FaultSystem, 'simulator'>, query: string) {
  return { type: 'http' as const, with: { url: `${simulator.url}/work?${query}` } };
}

/** E.g. `DependencyDown redis, TargetDown worker`. */
export function namesOf(matches: readonly AlertMatch[]): string {
  return matches
    .map(({ alert, labels }) => [alert, ...Object.values(labels ?? {})].join(' '))
    .join(', ');
}
